import { toParentName, toWireName } from "./domain-name.ts";
import { HEADER_BYTES, QUESTION_TAIL_BYTES } from "./message-layout.ts";
import type { AnswerRecord } from "./parse-answer.ts";
import { TYPE } from "./record-types.ts";

/** Records as they stand behind the question of a message, whoever asked it. */
export interface RecordBody {
  readonly bytes: Buffer;
  readonly answerCount: number;
  readonly authorityCount: number;
  /** Of each record, where in `bytes` its TTL stands, and what it was when the answer came. */
  readonly ttls: readonly { readonly at: number; readonly seconds: number }[];
}

export interface RecordSections {
  readonly answers: readonly AnswerRecord[];
  readonly authority: readonly AnswerRecord[];
}

/** Pointers have 14 bits. */
const MAX_POINTED = 0x3fff;
/** The types whose whole data is one name, which every reader expects to be compressed (RFC 1035 §3.3). */
const ONE_NAME: ReadonlySet<number> = new Set([TYPE.cname, TYPE.ns, TYPE.ptr]);

/** Names are written as pointers into the question, whose letters may differ in case but not in length. */
export function createRecordBody(name: string, { answers, authority }: RecordSections): RecordBody {
  const offsets = new Map<string, number>();
  const start = HEADER_BYTES + toWireName(name).length + QUESTION_TAIL_BYTES;
  noteSuffixes(offsets, name, HEADER_BYTES);
  const parts: Buffer[] = [];
  const ttls: { at: number; seconds: number }[] = [];
  let length = 0;
  for (const record of [...answers, ...authority]) {
    const owner = toCompressedName(offsets, record.name, start + length);
    const fixed = Buffer.alloc(10);
    const data = toData(offsets, record, start + length + owner.length + fixed.length);
    fixed.writeUInt16BE(record.type, 0);
    fixed.writeUInt16BE(1, 2);
    fixed.writeUInt16BE(data.length, 8);
    parts.push(owner, fixed, data);
    ttls.push({ at: length + owner.length + 4, seconds: record.ttlSeconds });
    length += owner.length + fixed.length + data.length;
  }
  // Of its own size: a piece of Node's pool would keep 8 KiB alive for as long as the answer is kept.
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const part of parts) at += part.copy(bytes, at);
  return { bytes, answerCount: answers.length, authorityCount: authority.length, ttls };
}

function toData(offsets: Map<string, number>, record: AnswerRecord, at: number): Buffer {
  if (!ONE_NAME.has(record.type) || record.target === undefined) return record.data;
  return toCompressedName(offsets, record.target, at);
}

function toCompressedName(offsets: Map<string, number>, name: string, at: number): Buffer {
  let suffix = name;
  while (suffix !== "" && !offsets.has(suffix)) suffix = toParentName(suffix);
  const pointed = offsets.get(suffix);
  if (pointed === undefined) {
    noteSuffixes(offsets, name, at);
    return toWireName(name);
  }
  const own = name.slice(0, suffix.length === 0 ? undefined : -suffix.length).replace(/\.$/, "");
  const labels = own === "" ? Buffer.alloc(0) : toWireName(own).subarray(0, -1);
  noteSuffixes(offsets, name, at);
  const pointer = Buffer.alloc(2);
  pointer.writeUInt16BE(0xc000 | pointed, 0);
  return Buffer.concat([labels, pointer]);
}

function noteSuffixes(offsets: Map<string, number>, name: string, start: number): void {
  let at = start;
  for (let suffix = name; suffix !== "" && at <= MAX_POINTED; suffix = toParentName(suffix)) {
    if (!offsets.has(suffix)) offsets.set(suffix, at);
    const [label = ""] = suffix.split(".", 1);
    at += toWireName(label).length - 1;
  }
}
