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

const MAX_BYTES_OF_CODE_POINT = 4;

/** Nothing here makes more bytes than its source has characters, but the last one may be cut short. */
export function createMappedBytes(sourceLength: number): MappedBytes {
  const capacity = sourceLength + MAX_BYTES_OF_CODE_POINT;
  const bytes = new Uint8Array(capacity);
  const starts = new Uint32Array(capacity);
  const ends = new Uint32Array(capacity);
  let length = 0;

  function add(byte: number, start: number, end: number): void {
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
