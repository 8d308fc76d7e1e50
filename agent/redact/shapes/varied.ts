/** Shorter stretches may well hold few different bytes by chance. */
const MIN_BYTES = 16;
/** No more is looked at: what begins like a placeholder is one. */
export const MAX_VARIED_BYTES = 24;
/** Of 24 random hexadecimal digits so few are different less than once in 100 million times. */
const MIN_DIFFERENT = 6;

/** Whether this may be random: `xxxxxxxx…` and `00000000…` stand in manuals and templates, a prefix over and over in attacks. */
export function isVaried(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < MIN_BYTES) return true;
  const last = Math.min(to, from + MAX_VARIED_BYTES);
  let low = 0;
  let high = 0;
  let different = 0;
  for (let at = from; at < last; at++) {
    const byte = bytes[at] ?? 0;
    const bit = 1 << (byte & 31);
    // Letters apart from digits and signs.
    if (byte < 64) {
      if ((low & bit) === 0) different++;
      low |= bit;
    } else {
      if ((high & bit) === 0) different++;
      high |= bit;
    }
    if (different >= MIN_DIFFERENT) return true;
  }
  return false;
}
