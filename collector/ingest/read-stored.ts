import { BATCH_LIMITS, type ContentEncoding, type GuardEvent } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import { parseBatch } from "./parse-batch.ts";
import { unpack } from "./unpack.ts";

export interface StoredContent {
  readonly firstSeq: number;
  readonly count: number;
  readonly encoding: ContentEncoding;
  readonly content: Uint8Array;
}

export interface ReadContent {
  readonly events: readonly GuardEvent[];
  readonly unpackedBytes: number;
}

/** The events of a batch as they were taken. Throws `storage-failed` where it is none any more: it could be read when it was taken. */
export function readStored({ content, encoding, ...extent }: StoredContent): ReadContent {
  try {
    const { buffer, byteOffset, byteLength } = content;
    const packed = Buffer.from(buffer, byteOffset, byteLength);
    const text = unpack(packed, encoding, BATCH_LIMITS.maxBytes);
    const { events } = parseBatch(text, { ...extent, maxEventBytes: BATCH_LIMITS.maxEventBytes });
    return { events, unpackedBytes: text.length };
  } catch (error) {
    throw new RequestProblem("storage-failed", "what is stored cannot be read", { cause: error });
  }
}
