import { readName } from "./domain-name.ts";
import { HEADER_BYTES, QUESTION_TAIL_BYTES } from "./message-layout.ts";
import { readRecordData } from "./record-data.ts";
import type { RecordData } from "./record-data.ts";
import { CLASS_IN } from "./record-types.ts";

export interface AnswerRecord extends RecordData {
  readonly name: string;
  readonly type: number;
  readonly ttlSeconds: number;
}

/** What a resolver said. The additional section is not read: nothing in it was asked for. */
export interface ParsedAnswer {
  readonly code: number;
  /** The AD bit: the resolver has checked the signatures. */
  readonly isAuthentic: boolean;
  readonly answers: readonly AnswerRecord[];
  readonly authority: readonly AnswerRecord[];
}

interface Section {
  readonly records: readonly AnswerRecord[];
  readonly end: number;
}

/** Type, class, TTL and length of a record. */
const RECORD_FIXED_BYTES = 10;
/** A day: what is said to be good for longer is asked for again, so that a mistake does not outlive the day. */
const MAX_TTL_SECONDS = 86_400;
const FLAG = { response: 0x8000, truncated: 0x0200, authentic: 0x0020 } as const;

/** Nothing for a message that is cut off, truncated, or has a record that is not what it says it is. */
export function parseAnswer(bytes: Uint8Array, name: string): ParsedAnswer | undefined {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (message.length < HEADER_BYTES) return undefined;
  const flags = message.readUInt16BE(2);
  if (!(flags & FLAG.response) || flags & FLAG.truncated) return undefined;
  if (message.readUInt16BE(4) !== 1) return undefined;
  const question = readName(message, HEADER_BYTES);
  if (question === undefined || question.name !== name) return undefined;
  const answers = readSection(message, question.end + QUESTION_TAIL_BYTES, message.readUInt16BE(6));
  if (answers === undefined) return undefined;
  const authority = readSection(message, answers.end, message.readUInt16BE(8));
  if (authority === undefined) return undefined;
  return {
    code: flags & 0xf,
    isAuthentic: (flags & FLAG.authentic) !== 0,
    answers: answers.records,
    authority: authority.records,
  };
}

function readSection(message: Buffer, start: number, count: number): Section | undefined {
  const records: AnswerRecord[] = [];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    const owner = readName(message, at);
    if (owner === undefined || owner.end + RECORD_FIXED_BYTES > message.length) return undefined;
    const dataStart = owner.end + RECORD_FIXED_BYTES;
    const end = dataStart + message.readUInt16BE(owner.end + 8);
    if (end > message.length) return undefined;
    at = end;
    if (message.readUInt16BE(owner.end + 2) !== CLASS_IN) continue;
    const type = message.readUInt16BE(owner.end);
    const data = readRecordData(message, { type, start: dataStart, end });
    if (data === undefined) return undefined;
    const ttlSeconds = toTtl(message.readUInt32BE(owner.end + 4));
    records.push({ name: owner.name, type, ttlSeconds, ...data });
  }
  return { records, end: at };
}

/** With its first bit set, a TTL counts as zero (RFC 2181 §8). */
function toTtl(value: number): number {
  return value > 0x7fff_ffff ? 0 : Math.min(value, MAX_TTL_SECONDS);
}
