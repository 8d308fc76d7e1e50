import { HEADER_BYTES, OPT_BYTES, SAFE_UDP_BYTES } from "./message-layout.ts";
import type { Query } from "./parse-query.ts";
import type { RecordBody } from "./record-body.ts";
import { TYPE } from "./record-types.ts";
import { RCODE } from "./response-code.ts";

/** What is said beside the code to a client that reads it (RFC 8914). */
export interface ExtendedError {
  readonly code: number;
  readonly text: string;
}

interface Reply {
  readonly code: number;
  readonly isAuthentic?: boolean;
  readonly error?: ExtendedError;
}

interface AnswerReply extends Reply {
  readonly body: RecordBody;
  readonly ageSeconds: number;
}

/** RFC 1035 §4.2.1: what a client takes that says nothing. */
const MIN_UDP_BYTES = 512;
const MAX_TCP_BYTES = 65_535;
const ERROR_OPTION = 15;
const ERROR_HEAD_BYTES = 6;
/** So that a refusal fits into 512 bytes whatever the name: header 12, question 259, OPT 17. */
const MAX_ERROR_TEXT_BYTES = 200;
const FLAG = {
  response: 0x8000,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  authentic: 0x0020,
  checkingDisabled: 0x0010,
} as const;

/** The answer with its TTLs counted down; over UDP only the question and TC where it is larger than the client takes. */
export function writeAnswer(query: Query, reply: AnswerReply, transport: "udp" | "tcp"): Buffer {
  const { body, ageSeconds } = reply;
  const opt = toOpt(query, reply);
  const recordsAt = HEADER_BYTES + query.question.length;
  const length = recordsAt + body.bytes.length + opt.length;
  if (length > maxBytes(query, transport)) return writeError(query, reply, FLAG.truncated);
  const message = Buffer.allocUnsafe(length);
  writeHead(message, query, toFlags(query, reply));
  message.writeUInt16BE(body.answerCount, 6);
  message.writeUInt16BE(body.authorityCount, 8);
  body.bytes.copy(message, recordsAt);
  for (const { at, seconds } of body.ttls) {
    message.writeUInt32BE(Math.max(0, seconds - ageSeconds), recordsAt + at);
  }
  writeOpt(message, opt);
  return message;
}

/** An answer without records. */
export function writeError(query: Query, reply: Reply, extraFlags = 0): Buffer {
  const opt = toOpt(query, reply);
  const message = Buffer.allocUnsafe(HEADER_BYTES + query.question.length + opt.length);
  writeHead(message, query, toFlags(query, reply) | extraFlags);
  message.writeUInt32BE(0, 6);
  writeOpt(message, opt);
  return message;
}

/** For a message whose question cannot be made out, or is not looked at: the header alone. */
export function writeBareError(refused: { id: number; opcode: number; code: number }): Buffer {
  const { id, opcode, code } = refused;
  const hasOpt = code > 0xf;
  const message = Buffer.alloc(HEADER_BYTES + (hasOpt ? OPT_BYTES : 0));
  message.writeUInt16BE(id, 0);
  message.writeUInt16BE(FLAG.response | (opcode << 11) | (code & 0xf), 2);
  if (hasOpt) {
    const opt = Buffer.alloc(OPT_BYTES);
    fillOpt(opt, { code, dnssec: false });
    writeOpt(message, opt);
  }
  return message;
}

function maxBytes(query: Query, transport: "udp" | "tcp"): number {
  if (transport === "tcp") return MAX_TCP_BYTES;
  return Math.min(Math.max(query.edns?.udpBytes ?? 0, MIN_UDP_BYTES), SAFE_UDP_BYTES);
}

function toFlags(query: Query, { code, isAuthentic }: Reply): number {
  let flags = FLAG.response | FLAG.recursionAvailable | (code & 0xf);
  if (query.recursionDesired) flags |= FLAG.recursionDesired;
  if (query.checkingDisabled) flags |= FLAG.checkingDisabled;
  if (isAuthentic === true) flags |= FLAG.authentic;
  return flags;
}

function writeHead(message: Buffer, query: Query, flags: number): void {
  message.writeUInt16BE(query.id, 0);
  message.writeUInt16BE(flags, 2);
  message.writeUInt16BE(1, 4);
  query.question.copy(message, HEADER_BYTES);
}

/** The last record of the message, and the only one of its section. */
function writeOpt(message: Buffer, opt: Buffer): void {
  message.writeUInt16BE(opt.length > 0 ? 1 : 0, 10);
  opt.copy(message, message.length - opt.length);
}

function toOpt(query: Query, { code, error }: Reply): Buffer {
  if (query.edns === undefined) return NO_OPT;
  const { dnssec } = query.edns;
  if (error === undefined && code === RCODE.noError) return dnssec ? PLAIN_DNSSEC_OPT : PLAIN_OPT;
  const text = Buffer.alloc(MAX_ERROR_TEXT_BYTES);
  const textBytes = error === undefined ? 0 : text.write(error.text);
  const opt = Buffer.alloc(OPT_BYTES + (error === undefined ? 0 : ERROR_HEAD_BYTES + textBytes));
  fillOpt(opt, { code, dnssec });
  if (error === undefined) return opt;
  opt.writeUInt16BE(ERROR_HEAD_BYTES + textBytes, 9);
  opt.writeUInt16BE(ERROR_OPTION, OPT_BYTES);
  opt.writeUInt16BE(2 + textBytes, OPT_BYTES + 2);
  opt.writeUInt16BE(error.code, OPT_BYTES + 4);
  text.copy(opt, OPT_BYTES + ERROR_HEAD_BYTES, 0, textBytes);
  return opt;
}

/** The root name, OPT, the size we take, the code's upper bits, version 0, the DO bit. */
function fillOpt(opt: Buffer, { code, dnssec }: { code: number; dnssec: boolean }): Buffer {
  opt.writeUInt16BE(TYPE.opt, 1);
  opt.writeUInt16BE(SAFE_UDP_BYTES, 3);
  opt.writeUInt8(code >>> 4, 5);
  opt.writeUInt8(dnssec ? 0x80 : 0, 7);
  return opt;
}

const NO_OPT = Buffer.alloc(0);
const PLAIN_OPT = fillOpt(Buffer.alloc(OPT_BYTES), { code: 0, dnssec: false });
const PLAIN_DNSSEC_OPT = fillOpt(Buffer.alloc(OPT_BYTES), { code: 0, dnssec: true });
