/** How a batch lies in a segment: a head of fixed length, and the content. What was cut off or changed is told by its checksum. */
import { crc32 } from "node:zlib";

import type { BatchHead, WaitingBatch } from "./batch-store.ts";

export const HEAD_BYTES = 40;
/** `RGB1`. */
const MAGIC = 0x31_42_47_52;
const IS_IMPORTANT = 1;
const IS_LAST = 2;
/** Of what the checksum is over. */
const CHECKED_BYTES = 36;
const AT = { magic: 0, length: 4, firstSeq: 8, fromEvent: 16, count: 24, events: 28, flags: 32 };

export interface RecordHead extends BatchHead {
  readonly contentBytes: number;
}

export function toRecordHead(batch: WaitingBatch): Buffer {
  const { content, firstSeq, fromEvent, toEvent, count, isImportant, isLast } = batch;
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(MAGIC, AT.magic);
  head.writeUInt32LE(content.length, AT.length);
  head.writeDoubleLE(firstSeq, AT.firstSeq);
  head.writeDoubleLE(fromEvent, AT.fromEvent);
  head.writeUInt32LE(count, AT.count);
  head.writeUInt32LE(toEvent - fromEvent + 1, AT.events);
  head.writeUInt32LE((isImportant ? IS_IMPORTANT : 0) | (isLast ? IS_LAST : 0), AT.flags);
  head.writeUInt32LE(toChecksum(head, content), CHECKED_BYTES);
  return head;
}

/** Undefined where no whole record begins there. */
export function readRecord(
  bytes: Buffer,
  at: number,
): { readonly head: RecordHead; readonly content: Buffer } | undefined {
  if (at + HEAD_BYTES > bytes.length || bytes.readUInt32LE(at) !== MAGIC) return undefined;
  const head = bytes.subarray(at, at + HEAD_BYTES);
  const contentBytes = head.readUInt32LE(AT.length);
  const end = at + HEAD_BYTES + contentBytes;
  if (end > bytes.length) return undefined;
  const content = bytes.subarray(at + HEAD_BYTES, end);
  if (head.readUInt32LE(CHECKED_BYTES) !== toChecksum(head, content)) return undefined;
  return { content, head: toHead(head) };
}

/** What a head says of itself, without that its content was looked at. Undefined where none begins there. */
export function readHead(head: Buffer): RecordHead | undefined {
  return head.length < HEAD_BYTES || head.readUInt32LE(AT.magic) !== MAGIC
    ? undefined
    : toHead(head);
}

function toHead(head: Buffer): RecordHead {
  const fromEvent = head.readDoubleLE(AT.fromEvent);
  const flags = head.readUInt32LE(AT.flags);
  return {
    contentBytes: head.readUInt32LE(AT.length),
    firstSeq: head.readDoubleLE(AT.firstSeq),
    count: head.readUInt32LE(AT.count),
    fromEvent,
    toEvent: fromEvent + head.readUInt32LE(AT.events) - 1,
    isImportant: (flags & IS_IMPORTANT) !== 0,
    isLast: (flags & IS_LAST) !== 0,
  };
}

function toChecksum(head: Buffer, content: Buffer): number {
  return crc32(content, crc32(head.subarray(0, CHECKED_BYTES)));
}
