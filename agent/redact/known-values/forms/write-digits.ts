/** Digits of a power of two: of base64 and base32. */
export interface Digits {
  readonly bits: number;
  readonly alphabet: Uint8Array;
  /** So many of the first bits are of a digit of which the first bits are the neighbour's. */
  readonly skippedBits: number;
}

/** Those digits that are the same whatever stands around the bytes, from `at` on. Returns where they end. */
export function writeDigits(
  source: Uint8Array,
  { bits, alphabet, skippedBits }: Digits,
  { bytes, at }: { readonly bytes: Uint8Array; readonly at: number },
): number {
  const mask = (1 << bits) - 1;
  let end = at;
  let pending = 0;
  let pendingBits = -skippedBits;
  for (let index = 0; index < source.length; index++) {
    pending = ((pending << 8) | (source[index] ?? 0)) & 0x3fff;
    pendingBits += 8;
    while (pendingBits >= bits) {
      pendingBits -= bits;
      bytes[end++] = alphabet[(pending >> pendingBits) & mask] ?? 0;
    }
  }
  return end;
}

export function digitCount(byteLength: number, { bits, skippedBits }: Digits): number {
  return Math.floor((8 * byteLength - skippedBits) / bits);
}
