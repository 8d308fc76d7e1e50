/** Of each byte the value as a digit, or -1. */
const VALUES = toValues("0123456789abcdef", "0123456789ABCDEF");

/** Without anything that has to be allocated; -1 where there are not two digits. */
export function readHexByte(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) return -1;
  const high = VALUES[bytes[at] ?? 0] ?? -1;
  const low = VALUES[bytes[at + 1] ?? 0] ?? -1;
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

export function isHexDigit(byte: number | undefined): boolean {
  return hexDigitOf(byte) >= 0;
}

/** Its value, or -1. */
export function hexDigitOf(byte: number | undefined): number {
  return VALUES[byte ?? 0] ?? -1;
}

function toValues(...alphabets: readonly string[]): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (const alphabet of alphabets) {
    for (const [value, character] of Buffer.from(alphabet).entries()) values[character] = value;
  }
  return values;
}
