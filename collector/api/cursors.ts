/** Where a page of a list goes on, for whoever asked for the page before: nothing that could be made up, or taken to another list. */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

import type { z } from "zod";

import { RequestProblem } from "../errors.ts";

export interface Cursors {
  /** `list`: whose it is, and all that it was asked by. */
  write(list: readonly unknown[], key: readonly unknown[]): string;
  /** Throws `bad-request`. */
  read<Key>(list: readonly unknown[], cursor: string, keySchema: z.ZodType<Key>): Key;
}

const KEY_INFO = "runner-guard cursors 1";
const KEY_BYTES = 32;
const MAC_BYTES = 16;

/** Made of the collector's own key: a cursor is good for the next start too. */
export function createCursors(masterKey: Buffer): Cursors {
  const key = Buffer.from(hkdfSync("sha256", masterKey, "", KEY_INFO, KEY_BYTES));
  const sign = (list: readonly unknown[], place: Buffer): Buffer =>
    createHmac("sha256", key)
      .update(`${JSON.stringify(list)}\n`)
      .update(place)
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    write(list, place) {
      const content = Buffer.from(JSON.stringify(place));
      return Buffer.concat([sign(list, content), content]).toString("base64url");
    },
    read(list, cursor, keySchema) {
      const bytes = Buffer.from(cursor, "base64url");
      const [mac, content] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES)];
      if (mac.length === MAC_BYTES && timingSafeEqual(mac, sign(list, content))) {
        return keySchema.parse(JSON.parse(content.toString("utf8")));
      }
      throw new RequestProblem(
        "bad-request",
        "cursor: none that this list has given for the same query; begin at the first page",
      );
    },
  };
}
