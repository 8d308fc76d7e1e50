/** What is searched for secrets: bytes without terminal sequences and without the stamps that CI puts before lines. */
export interface Text {
  readonly bytes: Uint8Array;
  /** First byte of a line, or of a piece of a very long one. Detectors read nothing before it. */
  readonly start: number;
  /** After the last byte. */
  readonly end: number;
  /**
   * More will follow `end`. A detector that cannot decide because it met `end` says so with `Search.goesOn`, and is asked
   * again when more is there. What it decides otherwise must not depend on where `end` happens to be.
   */
  readonly isOpen: boolean;
}

export const NEWLINE = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
/** To let the runtime look for something takes as long as to look at so many bytes. */
const NEAR_BYTES = 64;

/** The first byte of the line that holds `position`, or `text.start`. */
export function findLineStart({ bytes, start }: Text, position: number): number {
  let at = position;
  while (at > start && bytes[at - 1] !== NEWLINE) at--;
  return at;
}

/** After the last byte of the line that holds `position`, its newline not counted, or `text.end`. */
export function findLineEnd({ bytes, end }: Text, position: number): number {
  const near = Math.min(end, position + NEAR_BYTES);
  for (let at = position; at < near; at++) if (bytes[at] === NEWLINE) return at;
  const newline = bytes.subarray(near, end).indexOf(NEWLINE);
  return newline === -1 ? end : near + newline;
}
