import type { Encoding } from "../search/find.ts";
import type { Decoded } from "./decoded.ts";

/** Bytes that each have a source of their own. */
export interface MappedBytes {
  readonly length: number;
  add(byte: number, start: number, end: number): void;
  /** A code point is several bytes of UTF-8, which all are from the same source. */
  addCodePoint(codePoint: number, start: number, end: number): void;
  toDecoded(encodings: readonly Encoding[], through: number): Decoded;
}

/** Most lines are shorter. */
const FIRST_CAPACITY = 256;

export function createMappedBytes(): MappedBytes {
  let bytes = new Uint8Array(FIRST_CAPACITY);
  let starts = new Uint32Array(FIRST_CAPACITY);
  let ends = new Uint32Array(FIRST_CAPACITY);
  let length = 0;

  function grow(): void {
    const capacity = bytes.length * 2;
    const grown = { bytes, starts, ends };
    bytes = new Uint8Array(capacity);
    starts = new Uint32Array(capacity);
    ends = new Uint32Array(capacity);
    bytes.set(grown.bytes);
    starts.set(grown.starts);
    ends.set(grown.ends);
  }

  function add(byte: number, start: number, end: number): void {
    if (length === bytes.length) grow();
    bytes[length] = byte;
    starts[length] = start;
    ends[length++] = end;
  }

  return {
    get length() {
      return length;
    },
    add,
    addCodePoint(codePoint, start, end) {
      if (codePoint < 0x80) add(codePoint, start, end);
      else for (const byte of toUtf8(codePoint)) add(byte, start, end);
    },
    toDecoded: (encodings, through) => ({
      bytes: bytes.subarray(0, length),
      origin: (start, end) => ({ start: starts[start] ?? 0, end: ends[end - 1] ?? 0 }),
      encodings,
      through,
      isCut: false,
    }),
  };
}

function toUtf8(codePoint: number): Uint8Array {
  return Buffer.from(codePoint > 0x10_ffff ? "\ufffd" : String.fromCodePoint(codePoint));
}
