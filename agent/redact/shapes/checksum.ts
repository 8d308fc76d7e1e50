import { crc32 } from "node:zlib";

import type { Checksum } from "./shape.ts";

/** GitHub's order, which npm took over: digits, capitals, small letters. */
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
const BASE16 = "0123456789abcdef";

interface Kind {
  /** Of the checksum, at the token's end. */
  readonly length: number;
  readonly digits: string;
  /** What it is of, when the token is `begun` like this. */
  readonly toSum: (begun: Uint8Array, anchorLength: number) => number;
}

const KINDS = {
  github: {
    length: 6,
    digits: BASE62,
    toSum: (begun, anchorLength) => crc32(begun.subarray(anchorLength)),
  },
  gitlab: { length: 7, digits: BASE36, toSum: (begun) => crc32(begun) },
  grafana: {
    length: 8,
    digits: BASE16,
    // Of all but the underscore in front of it, and written the other way round.
    toSum: (begun) => reverseBytes(crc32(begun.subarray(0, -1))),
  },
} as const satisfies Record<Checksum, Kind>;

/** What ends the token, when it is `begun` like this, its anchor included. */
export function toChecksum(checksum: Checksum, begun: Uint8Array, anchorLength: number): string {
  const { length, digits, toSum }: Kind = KINDS[checksum];
  let rest = toSum(begun, anchorLength);
  let text = "";
  while (text.length < length) {
    text = `${digits.charAt(rest % digits.length)}${text}`;
    rest = Math.floor(rest / digits.length);
  }
  return text;
}

export function isChecksumValid(
  checksum: Checksum,
  token: Uint8Array,
  anchorLength: number,
): boolean {
  const { length, digits, toSum }: Kind = KINDS[checksum];
  const begunLength = token.length - length;
  let rest = toSum(token.subarray(0, begunLength), anchorLength);
  for (let at = token.length - 1; at >= begunLength; at--) {
    if (token[at] !== digits.charCodeAt(rest % digits.length)) return false;
    rest = Math.floor(rest / digits.length);
  }
  return rest === 0;
}

function reverseBytes(value: number): number {
  const swapped =
    (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
  return swapped >>> 0;
}
