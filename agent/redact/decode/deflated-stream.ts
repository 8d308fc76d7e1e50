import {
  createHuffmanCode,
  fillHuffmanCode,
  MAX_CODE_BITS,
  SHORT_BITS,
  type HuffmanCode,
} from "./huffman-code.ts";

export interface Inflated {
  /** What there is of it where the stream is cut or broken. */
  readonly bytes: Uint8Array;
  /** There would be more of it than was asked for. */
  readonly isCut: boolean;
  /** After the last byte of the stream, where it came to its end; else -1. */
  readonly end: number;
}

/**
 * Unpacks DEFLATE (RFC 1951). The runtime's own makes an object for each stream, and an error with its stack for each that is broken,
 * which a flood of short ones makes it do a hundred thousand times in a megabyte.
 */
export function inflateStream(packed: Uint8Array, from: number, maxBytes: number): Inflated {
  reader ??= new StreamReader();
  return reader.inflate(packed, from, maxBytes);
}

let reader: StreamReader | undefined;

const STORED = 0;
const FIXED = 1;
const DYNAMIC = 2;
const END_OF_BLOCK = 256;
const LITERALS = 288;
const DISTANCES = 32;
/** A block says how many codes it has, and more than these have no meaning. */
const MAX_LITERALS = 286;
const MAX_DISTANCES = 30;
/** The order in which a block gives the lengths of the codes for lengths of codes. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;
// RFC 1951, section 3.2.5.
const LENGTH_BASES = Uint16Array.from([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
]);
const LENGTH_EXTRA = Uint8Array.from([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const DISTANCE_BASES = Uint16Array.from([
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12_289, 16_385, 24_577,
]);
const FIRST_ROOM = 65_536;

class StreamReader {
  readonly #lengths = new Uint8Array(LITERALS + DISTANCES);
  readonly #lengthCode = createHuffmanCode(ORDER.length);
  readonly #fixedLiterals = createHuffmanCode(LITERALS);
  readonly #fixedDistances = createHuffmanCode(DISTANCES);
  readonly #literals = createHuffmanCode(LITERALS);
  readonly #distances = createHuffmanCode(DISTANCES);
  #written: Uint8Array = new Uint8Array(FIRST_ROOM);
  #packed: Uint8Array = new Uint8Array(0);
  #at = 0;
  #held = 0;
  #heldBits = 0;
  #length = 0;
  #max = 0;
  #isCut = false;

  constructor() {
    const lengths = new Uint8Array(LITERALS).fill(8).fill(9, 144, 256).fill(7, 256, 280);
    fillHuffmanCode(this.#fixedLiterals, lengths, { from: 0, to: LITERALS });
    fillHuffmanCode(this.#fixedDistances, new Uint8Array(DISTANCES).fill(5), {
      from: 0,
      to: DISTANCES,
    });
  }

  inflate(packed: Uint8Array, from: number, maxBytes: number): Inflated {
    this.#packed = packed;
    this.#at = from;
    this.#held = this.#heldBits = this.#length = 0;
    this.#max = maxBytes;
    this.#isCut = false;
    let isLast = false;
    let isWhole = true;
    while (!isLast && isWhole) {
      isLast = this.#take(1) === 1;
      isWhole = this.#readBlock(this.#take(2));
    }
    return {
      bytes: this.#written.slice(0, this.#length),
      isCut: this.#isCut,
      end: isWhole ? this.#at - (this.#heldBits >> 3) : -1,
    };
  }

  /** Whether it came to its end. */
  #readBlock(kind: number): boolean {
    if (kind === STORED) return this.#copyStored();
    if (kind === FIXED) return this.#readSymbols(this.#fixedLiterals, this.#fixedDistances);
    return (
      kind === DYNAMIC && this.#readCodes() && this.#readSymbols(this.#literals, this.#distances)
    );
  }

  #copyStored(): boolean {
    this.#take(this.#heldBits & 7);
    const length = this.#take(16);
    if (length < 0 || this.#take(16) !== (length ^ 0xffff)) return false;
    const from = this.#at - (this.#heldBits >> 3);
    const room = this.#max - this.#length;
    this.#isCut = length > room;
    const to = Math.min(from + Math.min(length, room), this.#packed.length);
    this.#makeRoom(to - from);
    this.#written.set(this.#packed.subarray(from, to), this.#length);
    this.#length += to - from;
    this.#at = to;
    this.#held = this.#heldBits = 0;
    return to === from + length;
  }

  #readCodes(): boolean {
    const literalCount = this.#take(5) + 257;
    const distanceCount = this.#take(5) + 1;
    const orderCount = this.#take(4) + 4;
    if (literalCount > MAX_LITERALS || distanceCount > MAX_DISTANCES) return false;
    const lengths = this.#lengths;
    lengths.fill(0, 0, ORDER.length);
    for (let at = 0; at < orderCount; at++) lengths[ORDER[at] ?? 0] = Math.max(0, this.#take(3));
    if (!fillHuffmanCode(this.#lengthCode, lengths, { from: 0, to: ORDER.length })) return false;
    const total = literalCount + distanceCount;
    for (let at = 0; at < total;) {
      const symbol = this.#decode(this.#lengthCode);
      if (symbol < 0) return false;
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) return false;
      const repeated = symbol === 16 ? (lengths[at - 1] ?? 0) : 0;
      const end = at + this.#takeRepetition(symbol);
      if (end > total) return false;
      while (at < end) lengths[at++] = repeated;
    }
    return (
      fillHuffmanCode(this.#literals, lengths, { from: 0, to: literalCount }) &&
      fillHuffmanCode(this.#distances, lengths, { from: literalCount, to: total })
    );
  }

  #takeRepetition(symbol: number): number {
    if (symbol === 16) return this.#take(2) + 3;
    return symbol === 17 ? this.#take(3) + 3 : this.#take(7) + 11;
  }

  #readSymbols(literals: HuffmanCode, distances: HuffmanCode): boolean {
    for (;;) {
      const symbol = this.#decode(literals);
      if (symbol < 0) return false;
      if (symbol === END_OF_BLOCK) return true;
      if (this.#length === this.#max) {
        this.#isCut = true;
        return false;
      }
      if (symbol > END_OF_BLOCK) {
        if (!this.#copyEarlier(symbol - END_OF_BLOCK - 1, distances)) return false;
        continue;
      }
      if (this.#length === this.#written.length) this.#makeRoom(1);
      this.#written[this.#length++] = symbol;
    }
  }

  #copyEarlier(lengthSymbol: number, distances: HuffmanCode): boolean {
    const base = LENGTH_BASES[lengthSymbol];
    if (base === undefined) return false;
    const length = base + this.#take(LENGTH_EXTRA[lengthSymbol] ?? 0);
    const symbol = this.#decode(distances);
    const distanceBase = DISTANCE_BASES[symbol];
    if (distanceBase === undefined) return false;
    const distance = distanceBase + this.#take(symbol < 4 ? 0 : (symbol >> 1) - 1);
    if (this.#heldBits < 0 || distance > this.#length) return false;
    const end = Math.min(this.#length + length, this.#max);
    this.#isCut = this.#length + length > this.#max;
    this.#makeRoom(end - this.#length);
    const written = this.#written;
    if (distance === 1) written.fill(written[this.#length - 1] ?? 0, this.#length, end);
    else for (let at = this.#length; at < end; at++) written[at] = written[at - distance] ?? 0;
    this.#length = end;
    return !this.#isCut;
  }

  /** -1 where the stream is over. */
  #decode({ short, counts, symbols }: HuffmanCode): number {
    this.#hold(MAX_CODE_BITS);
    const entry = short[this.#held & ((1 << SHORT_BITS) - 1)] ?? 0;
    if (entry !== 0) {
      const length = entry & 15;
      this.#held >>>= length;
      this.#heldBits -= length;
      return this.#heldBits < 0 ? -1 : entry >> 4;
    }
    let bits = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= MAX_CODE_BITS; length++) {
      bits |= (this.#held >>> (length - 1)) & 1;
      const count = counts[length] ?? 0;
      if (bits - count < first) {
        this.#held >>>= length;
        this.#heldBits -= length;
        return this.#heldBits < 0 ? -1 : (symbols[index + bits - first] ?? -1);
      }
      index += count;
      first = (first + count) << 1;
      bits <<= 1;
    }
    return -1;
  }

  /** Up to 16 bits; behind the stream's end they are 0, and there are less than none of them. */
  #take(count: number): number {
    this.#hold(count);
    const taken = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#heldBits -= count;
    return this.#heldBits < 0 ? -1 : taken;
  }

  #hold(count: number): void {
    while (this.#heldBits < count && this.#heldBits >= 0 && this.#at < this.#packed.length) {
      this.#held |= (this.#packed[this.#at++] ?? 0) << this.#heldBits;
      this.#heldBits += 8;
    }
  }

  #makeRoom(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#written.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#written.length));
    grown.set(this.#written);
    this.#written = grown;
  }
}
