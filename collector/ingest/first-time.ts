/** Near its beginning, as guards write events: the rest of it, which may be a megabyte, is not looked through. */
const HEAD_BYTES = 128;
const OBSERVED_AT = /^[^\n]*?"observedAt":"([-0-9T:.]{26}Z)"/;

/** When the first event of a batch was seen, as far as that can be told at a glance. No more than a hint: it may be no time at all. */
export function findFirstTime(text: Buffer): string | undefined {
  return OBSERVED_AT.exec(text.toString("latin1", 0, HEAD_BYTES))?.[1];
}
