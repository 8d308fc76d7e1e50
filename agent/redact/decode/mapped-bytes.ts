import type { Encoding } from "../search/find.ts";
import type { Decoded, Origin } from "./decoded.ts";

/** Bytes of which it is known from where in the source they are. */
export interface MappedBytes {
  readonly length: number;
  /** What was added; not to be held. */
  readonly bytes: Uint8Array;
  add(byte: number, start: number, end: number): void;
  /** What stands in the source as it is. */
  addRun(source: Uint8Array, start: number, end: number): void;
  /** A code point is several bytes of UTF-8, which all are from the same source. */
  addCodePoint(codePoint: number, start: number, end: number): void;
  /** A copy of what was added. */
  toDecoded(encodings: readonly Encoding[], through: number): Decoded;
}

/** As much as is decoded at once. */
const FIRST_CAPACITY = 65_536;
/** To let the runtime copy takes as long as to copy so many bytes. */
const NEAR_BYTES = 32;
/** Of a piece: where it begins in the bytes, and its start and end in the source. */
const PIECE_WORDS = 3;

/** What is added goes to memory that is used again: one at a time is filled, and is empty when the next one is created. */
export function createMappedBytes(): MappedBytes {
  shared.clear();
  return shared;
}

class SharedBytes implements MappedBytes {
  #bytes = new Uint8Array(0);
  /** A piece is a byte that is written otherwise, or what stands between two of these. */
  #pieces = new Uint32Array(0);
  #length = 0;
  #pieceWords = 0;

  get length(): number {
    return this.#length;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    this.#pieceWords = 0;
  }

  add(byte: number, start: number, end: number): void {
    this.#addPiece(start, end, 1);
    this.#bytes[this.#length++] = byte;
  }

  addRun(source: Uint8Array, start: number, end: number): void {
    const count = end - start;
    if (count === 0) return;
    this.#addPiece(start, end, count);
    const to = this.#length;
    if (count > NEAR_BYTES) this.#bytes.set(source.subarray(start, end), to);
    else for (let at = 0; at < count; at++) this.#bytes[to + at] = source[start + at] ?? 0;
    this.#length = to + count;
  }

  addCodePoint(codePoint: number, start: number, end: number): void {
    if (codePoint < 0x80) this.add(codePoint, start, end);
    else for (const byte of toUtf8(codePoint)) this.add(byte, start, end);
  }

  toDecoded(encodings: readonly Encoding[], through: number): Decoded {
    this.#pieces[this.#pieceWords] = this.#length;
    return {
      bytes: this.#bytes.slice(0, this.#length),
      origin: createOrigin(this.#pieces.slice(0, this.#pieceWords + 1)),
      encodings,
      through,
      isCut: false,
    };
  }

  #addPiece(start: number, end: number, count: number): void {
    if (this.#length + count > this.#bytes.length) this.#growBytes(this.#length + count);
    // One more: where the last piece ends.
    if (this.#pieceWords + PIECE_WORDS >= this.#pieces.length) this.#growPieces();
    this.#pieces[this.#pieceWords] = this.#length;
    this.#pieces[this.#pieceWords + 1] = start;
    this.#pieces[this.#pieceWords + 2] = end;
    this.#pieceWords += PIECE_WORDS;
  }

  #growBytes(least: number): void {
    const bytes = new Uint8Array(Math.max(FIRST_CAPACITY, least, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  #growPieces(): void {
    const pieces = new Uint32Array(Math.max(FIRST_CAPACITY, this.#pieces.length * 2));
    pieces.set(this.#pieces);
    this.#pieces = pieces;
  }
}

const shared = new SharedBytes();

function createOrigin(pieces: Uint32Array): Origin {
  return (start, end) => {
    const first = findPiece(pieces, start);
    const last = findPiece(pieces, end - 1);
    const begun = start - (pieces[first] ?? 0);
    // Nothing is left of a byte that is written otherwise.
    const left = (pieces[last + PIECE_WORDS] ?? 0) - end;
    return { start: (pieces[first + 1] ?? 0) + begun, end: (pieces[last + 2] ?? 0) - left };
  };
}

/** The last piece that begins at the byte or before it. */
function findPiece(pieces: Uint32Array, byte: number): number {
  let low = 0;
  let high = (pieces.length - 1) / PIECE_WORDS;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((pieces[middle * PIECE_WORDS] ?? 0) <= byte) low = middle;
    else high = middle;
  }
  return low * PIECE_WORDS;
}

/** What is no code point, and a surrogate, is written as what stands for the unknown. */
function toUtf8(codePoint: number): readonly number[] {
  const isNone = codePoint > 0x10_ffff || (codePoint >= 0xd800 && codePoint < 0xe000);
  const known = isNone ? 0xfffd : codePoint;
  const last = 0x80 | (known & 0x3f);
  if (known < 0x800) return [0xc0 | (known >> 6), last];
  const third = 0x80 | ((known >> 6) & 0x3f);
  if (known < 0x1_0000) return [0xe0 | (known >> 12), third, last];
  return [0xf0 | (known >> 18), 0x80 | ((known >> 12) & 0x3f), third, last];
}
