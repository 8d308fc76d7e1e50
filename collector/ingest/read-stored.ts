import { BATCH_LIMITS, type ContentEncoding, type GuardEvent } from "../../protocol/index.ts";
import { parseBatch } from "./parse-batch.ts";
import { unpack } from "./unpack.ts";

export interface StoredContent {
  readonly firstSeq: number;
  readonly count: number;
  readonly encoding: ContentEncoding;
  readonly content: Uint8Array;
}

/** The events of a batch as they were taken. */
export function readStored({ content, encoding, ...extent }: StoredContent): readonly GuardEvent[] {
  const { buffer, byteOffset, byteLength } = content;
  const text = unpack(Buffer.from(buffer, byteOffset, byteLength), encoding, BATCH_LIMITS.maxBytes);
  return parseBatch(text, { ...extent, maxEventBytes: BATCH_LIMITS.maxEventBytes }).events;
}
