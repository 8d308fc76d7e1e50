import { BATCH_LIMITS, type ContentEncoding, type GuardEvent } from "../../protocol/index.ts";
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

/** The events of a batch as they were taken. */
export function readStored({ content, encoding, ...extent }: StoredContent): ReadContent {
  const { buffer, byteOffset, byteLength } = content;
  const text = unpack(Buffer.from(buffer, byteOffset, byteLength), encoding, BATCH_LIMITS.maxBytes);
  const { events } = parseBatch(text, { ...extent, maxEventBytes: BATCH_LIMITS.maxEventBytes });
  return { events, unpackedBytes: text.length };
}
