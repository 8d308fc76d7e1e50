import type { FormWriter, ValueSides } from "./form.ts";
import { createSharedKinds } from "./shared-kinds.ts";
import { digitCount, type Digits } from "./write-digits.ts";

/** With fewer characters, what does not depend on the neighbours could stand anywhere by chance. */
const MIN_CHARACTERS = 8;
const CHARACTER_BITS = 5;
const GROUP_BYTES = 5;
const ALPHABET = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
const ALIGNED: readonly Digits[] = Array.from({ length: GROUP_BYTES }, (_, alignment) => ({
  bits: CHARACTER_BITS,
  alphabet: ALPHABET,
  skippedBits: (8 * (GROUP_BYTES - alignment)) % CHARACTER_BITS,
}));

const toKind = createSharedKinds("base32");

/** RFC 4648 section 6: what does not depend on the neighbours, with 0 to 4 bytes of the value's first group before it. */
export function addBase32Forms({ bytes }: ValueSides, forms: FormWriter): void {
  for (const [alignment, digits] of ALIGNED.entries()) {
    if (digitCount(bytes.length, digits) < MIN_CHARACTERS) continue;
    const before = Number(digits.skippedBits !== 0);
    const after = Number((8 * (alignment + bytes.length)) % CHARACTER_BITS !== 0);
    forms.addDigits(bytes, digits, toKind(before, after));
  }
}
