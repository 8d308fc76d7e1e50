import type { EscapeSyntax } from "./escape-syntax.ts";
import { readHex } from "./hex-digits.ts";

const PERCENT = 0x25;
const SMALL_U = 0x75;
const HEX_DIGITS = "0123456789abcdef";

/** RFC 3986, section 2.1, and `%u0041`, which JavaScript's `escape` writes. */
export const percent: EscapeSyntax = {
  encoding: "url",
  lead: PERCENT,
  anchors: [
    ...HEX_DIGITS.split("").map((high) => ({
      literal: `%${high}`,
      ignoreCase: true,
      followedBy: { characters: "hex", atLeast: 1 } as const,
    })),
    { literal: "%u0", followedBy: { characters: "hex", atLeast: 3 } },
  ],
  read({ bytes, end }, at) {
    if (bytes[at + 1] === SMALL_U) {
      const value = readHex(bytes, at + 2, { digits: 4, end });
      if (value === undefined || value > 0x0fff) return undefined;
      return { length: 6, value, unit: "code-point", isTelling: true };
    }
    const value = readHex(bytes, at + 1, { digits: 2, end });
    return value === undefined ? undefined : { length: 3, value, unit: "byte", isTelling: true };
  },
};
