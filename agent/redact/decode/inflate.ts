import type { Decoded } from "./decoded.ts";
import { inflateStream } from "./deflated-stream.ts";
import { isGzip, isZlib } from "./looks-like-text.ts";

const MAX_INFLATED = 1_048_576;
/** Logs are packed to a tenth. What is packed tighter costs more to search than it costs to send. */
const MAX_RATIO = 32;
/** False starts of gzip streams are rare, but they can be made. */
const MAX_GZIP_STARTS = 4;
const GZIP_FIRST_BYTE = 0x1f;
const ZLIB_HEADER_BYTES = 2;
const GZIP_HEADER_BYTES = 10;
const GZIP_TRAILER_BYTES = 8;
/** Flags of a gzip header. */
const [HAS_CHECKSUM, HAS_EXTRA, HAS_NAME, HAS_COMMENT] = [2, 4, 8, 16] as const;

/** What is compressed in the bytes that were decoded. All of its bytes are from everything from the stream's beginning on. */
export function inflate(decoded: Decoded): Decoded | undefined {
  const { bytes } = decoded;
  if (isZlib(bytes)) return toDecoded(decoded, 0, ZLIB_HEADER_BYTES);
  let starts = 0;
  let at = bytes.indexOf(GZIP_FIRST_BYTE);
  while (at !== -1 && starts < MAX_GZIP_STARTS) {
    if (isGzip(bytes, at)) {
      const inflated = toDecoded(decoded, at, skipGzipHeader(bytes, at));
      if (inflated !== undefined) return inflated;
      starts++;
    }
    at = bytes.indexOf(GZIP_FIRST_BYTE, at + 1);
  }
  return undefined;
}

/** Where a stream ends, another may follow, as when files are written one after the other. */
function toDecoded(decoded: Decoded, start: number, from: number): Decoded | undefined {
  const { bytes: packed, origin, encodings, through } = decoded;
  const maxBytes = Math.min(MAX_INFLATED, (packed.length - start) * MAX_RATIO);
  let { bytes, isCut, end } = inflateStream(packed, from, maxBytes);
  while (!isCut && end !== -1 && isGzip(packed, end + GZIP_TRAILER_BYTES)) {
    const behind = skipGzipHeader(packed, end + GZIP_TRAILER_BYTES);
    const next = inflateStream(packed, behind, maxBytes - bytes.length);
    ({ isCut, end } = next);
    bytes = Buffer.concat([bytes, next.bytes]);
  }
  if (bytes.length === 0) return undefined;
  const whole = (): ReturnType<typeof origin> => origin(start, packed.length);
  return { bytes, origin: whole, encodings: [...encodings, "gzip"], through, isCut };
}

/** RFC 1952, section 2.3: what may stand between the header's first ten bytes and the stream. */
function skipGzipHeader(bytes: Uint8Array, at: number): number {
  const flags = bytes[at + 3] ?? 0;
  let position = at + GZIP_HEADER_BYTES;
  if ((flags & HAS_EXTRA) !== 0) {
    position += 2 + (bytes[position] ?? 0) + ((bytes[position + 1] ?? 0) << 8);
  }
  if ((flags & HAS_NAME) !== 0) position = skipText(bytes, position);
  if ((flags & HAS_COMMENT) !== 0) position = skipText(bytes, position);
  return (flags & HAS_CHECKSUM) === 0 ? position : position + 2;
}

function skipText(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(0, from);
  return end === -1 ? bytes.length : end + 1;
}
