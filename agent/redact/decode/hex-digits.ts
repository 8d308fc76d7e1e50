import { isOf } from "../search/character-class.ts";
import { RADIXES } from "./radix.ts";

/** The number that exactly so many hex digits at `at` write. */
export function readHex(
  bytes: Uint8Array,
  at: number,
  { digits, end }: { readonly digits: number; readonly end: number },
): number | undefined {
  if (at + digits > end) return undefined;
  let value = 0;
  for (let index = at; index < at + digits; index++) {
    const byte = bytes[index];
    if (byte === undefined || !isOf("hex", byte)) return undefined;
    value = value * 16 + (RADIXES.hex.digits[byte] ?? 0);
  }
  return value;
}
