/** Shorter stretches may well hold few different bytes by chance. */
const MIN_BYTES = 16;
/** No more is looked at: what begins like a placeholder is one. */
const MAX_BYTES = 64;
/** 16 random hexadecimal digits hold fewer different ones once in 10 million times. */
const MIN_DIFFERENT = 5;

/** Whether this may be random: `xxxxxxxx…` and `00000000…` stand in manuals and templates. */
export function isVaried(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < MIN_BYTES) return true;
  let low = 0;
  let high = 0;
  for (let at = from; at < Math.min(to, from + MAX_BYTES); at++) {
    const byte = bytes[at] ?? 0;
    if ((byte & 32) === 0) low |= 1 << (byte & 31);
    else high |= 1 << (byte & 31);
  }
  return countBits(low) + countBits(high) >= MIN_DIFFERENT;
}

function countBits(bits: number): number {
  let rest = bits >>> 0;
  let count = 0;
  for (; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
