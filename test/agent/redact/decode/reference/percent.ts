import type { EscapeSyntax } from "./escape-syntax.ts";
import { readHex } from "./read-hex.ts";

const PERCENT = 0x25;
const SMALL_U = 0x75;

/** RFC 3986, section 2.1, and `%u0041`, which JavaScript's `escape` writes. */
export const percent: EscapeSyntax = {
  encoding: "url",
  lead: PERCENT,
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
