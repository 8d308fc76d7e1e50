import type { CharacterClass } from "../search/character-class.ts";

/** Ways of writing bytes as digits of a fixed number of bits (RFC 4648). */
export type RunKind = "base32" | "base64" | "hex";

/** In the order of the scanner's. */
export const RUN_KINDS = ["hex", "base32", "base64"] as const;

interface Radix {
  readonly characters: CharacterClass;
  readonly bits: number;
  /** Of the characters, the value of each; other bytes count as 0. */
  readonly digits: Uint8Array;
  /** So many characters are a whole number of bytes. */
  readonly charactersInGroup: number;
  readonly minCharacters: number;
  readonly maxPadding: number;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The least characters are those that twelve bytes take, which is what `looksLikeText` wants. */
export const RADIXES: Readonly<Record<RunKind, Radix>> = {
  hex: {
    characters: "hex",
    bits: 4,
    digits: toDigits("0123456789abcdef", "0123456789ABCDEF"),
    charactersInGroup: 2,
    minCharacters: 24,
    maxPadding: 0,
  },
  base32: {
    characters: "base32",
    bits: 5,
    digits: toDigits(BASE32),
    charactersInGroup: 8,
    minCharacters: 20,
    maxPadding: 6,
  },
  base64: {
    characters: "anyBase64",
    bits: 6,
    digits: toDigits(`${BASE64}+/`, `${BASE64}-_`),
    charactersInGroup: 4,
    minCharacters: 16,
    maxPadding: 2,
  },
};

/** The bits of the digits from `from` on, highest first, cut into bytes; what is left over at the end is dropped. */
export function unpackBytes(kind: RunKind, characters: Uint8Array, from = 0): Uint8Array {
  const { bits, digits } = RADIXES[kind];
  const count = characters.length - from;
  const bytes = new Uint8Array(count <= 0 ? 0 : (count * bits) >>> 3);
  if (kind === "hex") {
    for (let at = 0, index = from; at < bytes.length; at++, index += 2) {
      const high = digits[characters[index] ?? 0] ?? 0;
      bytes[at] = (high << 4) | (digits[characters[index + 1] ?? 0] ?? 0);
    }
    return bytes;
  }
  let held = 0;
  let heldBits = 0;
  let at = 0;
  for (let index = from; index < characters.length; index++) {
    held = ((held << bits) | (digits[characters[index] ?? 0] ?? 0)) & 0xffff;
    heldBits += bits;
    if (heldBits < 8) continue;
    heldBits -= 8;
    bytes[at++] = held >>> heldBits;
  }
  return bytes;
}

function toDigits(...alphabets: readonly string[]): Uint8Array {
  const digits = new Uint8Array(256);
  for (const alphabet of alphabets) {
    for (const [digit, character] of Buffer.from(alphabet).entries()) digits[character] = digit;
  }
  return digits;
}
