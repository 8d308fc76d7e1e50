import { type Decoded, type Span, toSourceSpan } from "../decode/decoded.ts";
import type { ScannerMemory } from "../scanner/scanner-memory.ts";
import { NEWLINE, type Text } from "./text.ts";

/** What was decoded of a text, to be searched at once: a search costs much more than a short stretch does. */
export interface DecodedBatch {
  hasRoom(byteCount: number): boolean;
  add(decoded: Decoded, byteCount: number): void;
  /** Undefined where nothing was added. The batch is empty when `search` comes back. */
  take<Result>(search: (text: Text, decodedAt: DecodedAt) => Result): Result | undefined;
}

/** From which of the stretches a span of the batch is, and of where in its source; undefined between stretches. */
export type DecodedAt = (
  start: number,
  end: number,
) => { readonly decoded: Decoded; readonly span: Span } | undefined;

/** Two newlines and a NUL: neither a block of lines nor anything else goes on over them from one stretch into the next. */
const SEPARATOR_BYTES = 3;
/** To let the runtime copy takes as long as to copy so many bytes. */
const NEAR_BYTES = 64;

export function createDecodedBatch(memory: ScannerMemory, maxBytes: number): DecodedBatch {
  const base = memory.allocate(maxBytes + SEPARATOR_BYTES);
  const stretches: { readonly decoded: Decoded; readonly start: number; readonly end: number }[] =
    [];
  let filled = base;

  const decodedAt: DecodedAt = (start, end) => {
    let low = 0;
    let high = stretches.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((stretches[middle]?.start ?? 0) <= start) low = middle;
      else high = middle;
    }
    const stretch = stretches[low];
    if (stretch === undefined || start >= stretch.end) return undefined;
    const { decoded } = stretch;
    const last = Math.min(end, stretch.end);
    return { decoded, span: toSourceSpan(decoded, start - stretch.start, last - stretch.start) };
  };

  return {
    hasRoom: (byteCount) => filled + byteCount <= base + maxBytes,
    add(decoded, byteCount) {
      const { bytes } = memory;
      const end = filled + byteCount;
      if (byteCount > NEAR_BYTES) bytes.set(decoded.bytes.subarray(0, byteCount), filled);
      else for (let at = 0; at < byteCount; at++) bytes[filled + at] = decoded.bytes[at] ?? 0;
      stretches.push({ decoded, start: filled, end });
      bytes[end] = NEWLINE;
      bytes[end + 1] = 0;
      bytes[end + 2] = NEWLINE;
      filled = end + SEPARATOR_BYTES;
    },
    take(search) {
      const end = stretches.at(-1)?.end;
      if (end === undefined) return undefined;
      const text = { bytes: memory.bytes, start: base, end, isOpen: false };
      const result = search(text, decodedAt);
      stretches.length = 0;
      filled = base;
      return result;
    },
  };
}
