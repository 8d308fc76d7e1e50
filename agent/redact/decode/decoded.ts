import type { Encoding } from "../search/find.ts";

/** `[start, end)` of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where in the source the bytes `[start, end)` of what was decoded are from; `start` is less than `end`. */
export type Origin = (start: number, end: number) => Span;

export interface Decoded {
  readonly bytes: Uint8Array;
  readonly origin: Origin;
  /** More than one where what was decoded had to be unpacked to be read; the outermost first. */
  readonly encodings: readonly Encoding[];
  /**
   * What begins before it with the same first encoding was decoded along, and is not to be decoded again: each line of a
   * wrapped block is a run of its own.
   */
  readonly through: number;
  /** There was more than could be decoded within bounds. */
  readonly isCut: boolean;
}

export interface DecodedEscapes {
  readonly decoded: readonly Decoded[];
  /** What begins before it is known to the decoder; not behind the position that was asked about where nothing is. */
  readonly through: number;
}

/** All characters of the source that hold a bit of the bytes `[start, end)`. */
export function toSourceSpan({ origin }: Decoded, start: number, end: number): Span {
  return origin(start, end);
}
