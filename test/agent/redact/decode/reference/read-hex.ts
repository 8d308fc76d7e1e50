import { hexDigitOf } from "../../../../../agent/redact/decode/hex-digits.ts";

/** The number that exactly so many hex digits at `at` write. */
export function readHex(
  bytes: Uint8Array,
  at: number,
  { digits, end }: { readonly digits: number; readonly end: number },
): number | undefined {
  if (at + digits > end) return undefined;
  let value = 0;
  for (let index = at; index < at + digits; index++) {
    const digit = hexDigitOf(bytes[index]);
    if (digit < 0) return undefined;
    value = value * 16 + digit;
  }
  return value;
}
