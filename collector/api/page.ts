/** Pages of a list: a cursor names the last item that was seen, so that what is added meanwhile moves nothing. */
import type { z } from "zod";

import { RequestProblem } from "../errors.ts";

const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1_000;

export interface AskedPage<Key> {
  readonly after: Key | undefined;
  readonly limit: number;
}

/** `?limit=` and `?cursor=`. Throws `bad-request`. */
export function readPage<Key>(query: URLSearchParams, keySchema: z.ZodType<Key>): AskedPage<Key> {
  const cursor = query.get("cursor");
  const after = cursor === null ? undefined : readCursor(cursor, keySchema);
  return { after, limit: readNumber(query, "limit", { fallback: DEFAULT_LIMIT, max: MAX_LIMIT }) };
}

/** From 0 or 1 to `max`. Throws `bad-request`. */
export function readNumber(
  query: URLSearchParams,
  name: string,
  { min = 1, max, fallback }: { min?: number; max: number; fallback: number },
): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const number = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new RequestProblem("bad-request", `${name}: no whole number from ${min} to ${max}`);
}

/** `items` has one more than `limit` where there is a next page; null: this is the last one. */
export function toNextCursor<Item>(
  items: readonly Item[],
  limit: number,
  toKey: (item: Item) => readonly unknown[],
): string | null {
  const last = items.length > limit ? items[limit - 1] : undefined;
  return last === undefined ? null : Buffer.from(JSON.stringify(toKey(last))).toString("base64url");
}

function readCursor<Key>(cursor: string, keySchema: z.ZodType<Key>): Key {
  const result = keySchema.safeParse(toValue(Buffer.from(cursor, "base64url").toString("utf8")));
  if (result.success) return result.data;
  throw new RequestProblem("bad-request", "cursor: none that a list of this kind has given");
}

function toValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
