/** What was packed, within bounds: a few kilobytes can hold gigabytes of zeros. */
import { gunzipSync, zstdDecompressSync } from "node:zlib";

import type { ContentEncoding } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import { createFrameUnpacker } from "./unpack-frame.ts";

/** Most batches are unpacked at once; a larger one takes a step for each so many bytes. */
const STEP_BYTES = 65_536;

/** Throws `too-large` and `bad-request`. */
export type Unpack = (content: Buffer, encoding: ContentEncoding, maxBytes: number) => Buffer;

/** For many: what it gives is good until it is called again. */
export function createUnpack(): Unpack {
  const frames = createFrameUnpacker();
  return (content, encoding, maxBytes) => {
    const unpacked = encoding === "zstd" ? frames.unpack(content, maxBytes) : undefined;
    return unpacked ?? unpack(content, encoding, maxBytes);
  };
}

/** Throws as `Unpack` does. */
export function unpack(content: Buffer, encoding: ContentEncoding, maxBytes: number): Buffer {
  const unpacked = unpackBy(content, encoding, maxBytes);
  if (unpacked.length > maxBytes) throw tooLarge(maxBytes);
  return unpacked;
}

function unpackBy(content: Buffer, encoding: ContentEncoding, maxOutputLength: number): Buffer {
  if (encoding === "identity") return content;
  const decompress = encoding === "zstd" ? zstdDecompressSync : gunzipSync;
  try {
    return decompress(content, { maxOutputLength, chunkSize: STEP_BYTES });
  } catch (error) {
    if (isTooLong(error)) throw tooLarge(maxOutputLength);
    throw new RequestProblem("bad-request", `the content is no ${encoding}`, { cause: error });
  }
}

function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

function tooLarge(maxBytes: number): RequestProblem {
  return new RequestProblem("too-large", `unpacked, a batch may have ${maxBytes} bytes`);
}
