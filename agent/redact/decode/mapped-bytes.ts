import type { Encoding } from "../search/find.ts";
import type { Decoded } from "./decoded.ts";
import { looksLikeText } from "./looks-like-text.ts";

/** Bytes that each have a source of their own. */
export interface MappedBytes {
  readonly length: number;
  add(byte: number, start: number, end: number): void;
  /** A code point is several bytes of UTF-8, which all are from the same source. */
  addCodePoint(codePoint: number, start: number, end: number): void;
  looksLikeText(): boolean;
  /** A copy of what was added. */
  toDecoded(encodings: readonly Encoding[], through: number): Decoded;
}

/** As much as is decoded at once. */
const FIRST_CAPACITY = 65_536;

/** What is added goes to memory that is used again: one at a time is filled, and is empty when the next one is created. */
export function createMappedBytes(): MappedBytes {
  shared.clear();
  return shared;
}

class SharedBytes implements MappedBytes {
  #bytes = new Uint8Array(0);
  #starts = new Uint32Array(0);
  #ends = new Uint32Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  add(byte: number, start: number, end: number): void {
    const at = this.#length;
    if (at === this.#bytes.length) this.#grow();
    this.#bytes[at] = byte;
    this.#starts[at] = start;
    this.#ends[at] = end;
    this.#length = at + 1;
  }

  addCodePoint(codePoint: number, start: number, end: number): void {
    if (codePoint < 0x80) this.add(codePoint, start, end);
    else for (const byte of toUtf8(codePoint)) this.add(byte, start, end);
  }

  looksLikeText(): boolean {
    return looksLikeText(this.#bytes.subarray(0, this.#length));
  }

  toDecoded(encodings: readonly Encoding[], through: number): Decoded {
    const starts = this.#starts.slice(0, this.#length);
    const ends = this.#ends.slice(0, this.#length);
    return {
      bytes: this.#bytes.slice(0, this.#length),
      origin: (start, end) => ({ start: starts[start] ?? 0, end: ends[end - 1] ?? 0 }),
      encodings,
      through,
      isCut: false,
    };
  }

  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, this.#bytes.length * 2);
    const bytes = new Uint8Array(capacity);
    const starts = new Uint32Array(capacity);
    const ends = new Uint32Array(capacity);
    bytes.set(this.#bytes);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#bytes = bytes;
    this.#starts = starts;
    this.#ends = ends;
  }
}

const shared = new SharedBytes();

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
