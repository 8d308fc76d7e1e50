import { crc32 } from "node:zlib";

import type { Checksum } from "./shape.ts";

/** GitHub's order, which npm took over: digits, capitals, small letters. */
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";

const LENGTHS = { github: 6, gitlab: 7, grafana: 8 } as const satisfies Record<Checksum, number>;

/** What ends the token, when it is `begun` like this, its anchor included. */
export function toChecksum(checksum: Checksum, begun: Uint8Array, anchorLength: number): string {
  if (checksum === "github") {
    return toDigits(crc32(begun.subarray(anchorLength)), BASE62).padStart(LENGTHS.github, "0");
  }
  if (checksum === "gitlab") return toDigits(crc32(begun), BASE36).padStart(LENGTHS.gitlab, "0");
  const sum = Buffer.alloc(4);
  // Without the underscore in front of the checksum.
  sum.writeUInt32LE(crc32(begun.subarray(0, -1)));
  return sum.toString("hex");
}

export function isChecksumValid(
  checksum: Checksum,
  token: Uint8Array,
  anchorLength: number,
): boolean {
  const begun = token.subarray(0, token.length - LENGTHS[checksum]);
  const sum = Buffer.from(toChecksum(checksum, begun, anchorLength), "latin1");
  return sum.equals(token.subarray(begun.length));
}

function toDigits(value: number, digits: string): string {
  let rest = value;
  let text = "";
  while (rest > 0) {
    text = `${digits.charAt(rest % digits.length)}${text}`;
    rest = Math.floor(rest / digits.length);
  }
  return text;
}
