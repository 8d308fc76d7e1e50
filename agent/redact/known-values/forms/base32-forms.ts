import type { AddForm, ByteString, ValueSides } from "./form.ts";
import { createSharedKinds } from "./shared-kinds.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** With fewer characters, what does not depend on the neighbours could stand anywhere by chance. */
const MIN_CHARACTERS = 8;
const GROUP_BYTES = 5;
const CHARACTER_BITS = 5;

const toKind = createSharedKinds("base32");

/** RFC 4648 section 6: what does not depend on the neighbours, with 0 to 4 bytes of the value's first group before it. */
export function addBase32Forms({ bytes }: ValueSides, add: AddForm): void {
  for (let alignment = 0; alignment < GROUP_BYTES; alignment++) {
    const middle = toMiddle(bytes, alignment);
    if (middle.length < MIN_CHARACTERS) continue;
    const before = Number((8 * alignment) % CHARACTER_BITS !== 0);
    const after = Number((8 * (alignment + bytes.length)) % CHARACTER_BITS !== 0);
    add(middle, toKind(before, after));
  }
}

function toMiddle(bytes: Uint8Array, alignment: number): ByteString {
  let characters = "";
  let pending = 0;
  /** Negative by the bits that complete a character of which the first bits are the neighbour's. */
  let pendingBits = -((GROUP_BYTES * 8 - 8 * alignment) % CHARACTER_BITS);
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xfff;
    pendingBits += 8;
    for (; pendingBits >= CHARACTER_BITS; pendingBits -= CHARACTER_BITS) {
      characters += ALPHABET[(pending >> (pendingBits - CHARACTER_BITS)) & 31] ?? "";
    }
  }
  return characters;
}
