import type { Encoding } from "../search/find.ts";
import type { Decoded, Origin } from "./decoded.ts";

/** Bytes of which it is known from where in the source they are. */
export interface MappedBytes {
  readonly length: number;
  /** What was added; not to be held. */
  readonly bytes: Uint8Array;
  add(byte: number, start: number, end: number): void;
  /** All that was added; it is empty then. */
  toDecoded(encodings: readonly Encoding[], through: number): Decoded;
}

/** Many short stretches have one piece of memory: to allocate takes longer than to decode them. */
const BLOCK = 65_536;
/** Of a piece: where it begins in the bytes, and its start and end in the source. */
const PIECE_WORDS = 3;

/** One at a time is filled: what was added to the one before is gone, but for what `toDecoded` gave. */
export function createMappedBytes(): MappedBytes {
  shared.clear();
  return shared;
}

class SharedBytes implements MappedBytes {
  #bytes = new Uint8Array(0);
  /** Before it is what was given away. */
  #base = 0;
  #length = 0;
  /** A piece is a byte that is written otherwise. */
  #pieces = new Uint32Array(0);
  #pieceBase = 0;
  #pieceWords = 0;

  get length(): number {
    return this.#length;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(this.#base, this.#base + this.#length);
  }

  clear(): void {
    this.#length = 0;
    this.#pieceWords = 0;
  }

  add(byte: number, start: number, end: number): void {
    this.#addPiece(start, end);
    this.#bytes[this.#base + this.#length++] = byte;
  }

  toDecoded(encodings: readonly Encoding[], through: number): Decoded {
    const { bytes } = this;
    const pieces = { words: this.#pieces, from: this.#pieceBase, count: this.#pieceWords };
    const origin = createOrigin(pieces, this.#length);
    this.#base += this.#length;
    this.#pieceBase += this.#pieceWords;
    this.clear();
    return { bytes, origin, encodings, through, isCut: false };
  }

  #addPiece(start: number, end: number): void {
    if (this.#base + this.#length === this.#bytes.length) this.#takeBytes();
    const at = this.#pieceBase + this.#pieceWords;
    if (at + PIECE_WORDS > this.#pieces.length) {
      this.#takePieces();
      this.#addPiece(start, end);
      return;
    }
    this.#pieces[at] = this.#length;
    this.#pieces[at + 1] = start;
    this.#pieces[at + 2] = end;
    this.#pieceWords += PIECE_WORDS;
  }

  #takeBytes(): void {
    const bytes = new Uint8Array(Math.max(BLOCK, (this.#length + 1) * 2));
    bytes.set(this.bytes);
    this.#bytes = bytes;
    this.#base = 0;
  }

  #takePieces(): void {
    const pieces = new Uint32Array(Math.max(BLOCK, (this.#pieceWords + PIECE_WORDS) * 2));
    pieces.set(this.#pieces.subarray(this.#pieceBase, this.#pieceBase + this.#pieceWords));
    this.#pieces = pieces;
    this.#pieceBase = 0;
  }
}

const shared = new SharedBytes();

interface Pieces {
  readonly words: Uint32Array;
  readonly from: number;
  readonly count: number;
}

function createOrigin(pieces: Pieces, length: number): Origin {
  const { words, from, count } = pieces;
  return (start, end) => {
    const first = findPiece(pieces, start);
    const last = findPiece(pieces, end - 1);
    const begun = start - (words[first] ?? 0);
    const next = last + PIECE_WORDS;
    // Nothing is left of a byte that is written otherwise.
    const left = (next < from + count ? (words[next] ?? 0) : length) - end;
    return { start: (words[first + 1] ?? 0) + begun, end: (words[last + 2] ?? 0) - left };
  };
}

/** The last piece that begins at the byte or before it. */
function findPiece({ words, from, count }: Pieces, byte: number): number {
  let low = 0;
  let high = count / PIECE_WORDS;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((words[from + middle * PIECE_WORDS] ?? 0) <= byte) low = middle;
    else high = middle;
  }
  return from + low * PIECE_WORDS;
}
