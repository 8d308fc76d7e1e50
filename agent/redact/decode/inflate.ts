import { constants, gunzipSync, inflateSync } from "node:zlib";

import type { Decoded } from "./decoded.ts";
import { isGzip, isZlib } from "./looks-like-text.ts";

const MAX_INFLATED = 1_048_576;
/** Logs are packed to a tenth. What is packed tighter costs more to search than it costs to send. */
const MAX_RATIO = 32;
/** Where the whole becomes too much, its beginning is tried: nothing is packed tighter than to a thousandth. */
const SHARES = [1, 1 / 4, 1 / 16, 1 / 64] as const;
/** False starts of gzip streams are rare, but they can be made. */
const MAX_GZIP_STARTS = 4;
const GZIP_FIRST_BYTE = 0x1f;

/** What is compressed in the bytes that were decoded. All of its bytes are from everything from the stream's beginning on. */
export function inflate(decoded: Decoded): Decoded[] {
  if (isZlib(decoded.bytes)) return toDecoded(decoded, 0, inflateSync);
  for (const start of findGzipStarts(decoded.bytes)) {
    const inflated = toDecoded(decoded, start, gunzipSync);
    if (inflated.length > 0) return inflated;
  }
  return [];
}

function findGzipStarts(bytes: Uint8Array): number[] {
  const starts: number[] = [];
  let at = bytes.indexOf(GZIP_FIRST_BYTE);
  while (at !== -1 && starts.length < MAX_GZIP_STARTS) {
    if (isGzip(bytes, at)) starts.push(at);
    at = bytes.indexOf(GZIP_FIRST_BYTE, at + 1);
  }
  return starts;
}

type Inflate = typeof gunzipSync | typeof inflateSync;

function toDecoded(decoded: Decoded, start: number, unpack: Inflate): Decoded[] {
  const packed = decoded.bytes.subarray(start);
  const { origin, encodings, through } = decoded;
  for (const share of SHARES) {
    const bytes = tryInflate(packed, unpack, share);
    if (bytes === "too-much") continue;
    if (bytes.length === 0) return [];
    const whole = (): ReturnType<typeof origin> => origin(start, decoded.bytes.length);
    return [{ bytes, origin: whole, encodings: [...encodings, "gzip"], through, isCut: share < 1 }];
  }
  return [];
}

/** A stream that was cut gives what there is of it; one that is broken gives nothing. */
function tryInflate(packed: Uint8Array, unpack: Inflate, share: number): Uint8Array | "too-much" {
  const maxOutputLength = Math.min(MAX_INFLATED, packed.length * MAX_RATIO);
  try {
    return unpack(packed.subarray(0, Math.ceil(packed.length * share)), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength,
      chunkSize: Math.max(64, Math.min(maxOutputLength, 16_384)),
    });
  } catch (error) {
    return isTooMuch(error) ? "too-much" : new Uint8Array(0);
  }
}

function isTooMuch(error: unknown): boolean {
  return error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}
