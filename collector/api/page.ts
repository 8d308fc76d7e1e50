/** Pages of a list: a cursor names the last item that was seen, so that what is added meanwhile moves nothing. */
import { z } from "zod";

import type { Page } from "../stores/event-store.ts";
import type { Cursors } from "./cursors.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
/** A cursor holds what an agent has chosen, a finding's id say; no request's head may be longer. */
const MAX_CURSOR_LENGTH = 16_384;
const MAX_DIGITS = 15;

export const PAGE_QUERY = {
  limit: wholeNumber({ min: 1, max: MAX_LIMIT })
    .default(DEFAULT_LIMIT)
    .describe("How many items a page may have."),
  cursor: z
    .string()
    .max(MAX_CURSOR_LENGTH)
    .optional()
    .describe("`nextCursor` of the page before, asked for with the same query."),
};

/** As it stands in a query. */
export function wholeNumber({ min, max }: { readonly min: number; readonly max: number }) {
  return z
    .string()
    .regex(new RegExp(`^[0-9]{1,${MAX_DIGITS}}$`), `a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

export function toPageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe("Null: there is no next page."),
  });
}

interface AskedPage {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface Pager<Key> {
  /** Throws `bad-request`. */
  readPage(list: readonly unknown[], asked: AskedPage): Page<Key>;
  toCursor(list: readonly unknown[], next: Key | undefined): string | null;
}

/** `list` names all that a list was asked by, its tenant too: a cursor is of one list. */
export function createPager<Key, Place extends readonly unknown[]>(
  cursors: Cursors,
  placeSchema: z.ZodType<Place>,
  convert: { readonly toKey: (place: Place) => Key; readonly toPlace: (key: Key) => Place },
): Pager<Key> {
  return {
    readPage(list, { limit, cursor }) {
      if (cursor === undefined) return { after: undefined, limit };
      return { after: convert.toKey(cursors.read(list, cursor, placeSchema)), limit };
    },
    toCursor: (list, next) =>
      next === undefined ? null : cursors.write(list, convert.toPlace(next)),
  };
}
