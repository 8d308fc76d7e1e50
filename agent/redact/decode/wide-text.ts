import type { Decoded } from "./decoded.ts";
import { isPrintable, MIN_ALTERNATING } from "./looks-like-text.ts";
import { createMappedBytes } from "./mapped-bytes.ts";

const NUL = 0;
const NEWLINE = 0x0a;

/** The ASCII characters of UTF-16, of either byte order, in the bytes that were decoded; a line each for stretches apart. */
export function decodeWide(decoded: Decoded): Decoded | undefined {
  const { bytes, origin, encodings, through } = decoded;
  if (!bytes.includes(NUL)) return undefined;
  const mapped = createMappedBytes();
  for (let at = 0; at < bytes.length;) {
    const end = findStretchEnd(bytes, at, bytes.length);
    if (end - at >= MIN_ALTERNATING) {
      if (mapped.length > 0) mapped.add(NEWLINE, at, at + 1);
      for (let index = at; index < end; index++) {
        const byte = bytes[index] ?? NUL;
        if (byte !== NUL) mapped.add(byte, index, index + 1);
      }
    }
    at = Math.max(end, at + 1);
  }
  if (mapped.length === 0) return undefined;
  const narrow = mapped.toDecoded([...encodings, "utf-16"], through);
  return {
    ...narrow,
    origin: (start, end) => {
      const span = narrow.origin(start, end);
      return origin(span.start, span.end);
    },
  };
}

/** Up to where from `start` on printable characters and NULs alternate. */
function findStretchEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let wasNul: boolean | undefined;
  for (; at < end; at++) {
    const byte = bytes[at] ?? NUL;
    const isNul = byte === NUL;
    if (isNul === wasNul || (!isNul && !isPrintable(byte))) break;
    wasNul = isNul;
  }
  return at;
}
