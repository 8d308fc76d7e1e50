import type { UpstreamQuestion } from "./dns-upstream.ts";
import { MAX_WIRE_NAME_LENGTH, toWireName } from "./domain-name.ts";
import { HEADER_BYTES, OPT_BYTES, QUESTION_TAIL_BYTES, SAFE_UDP_BYTES } from "./message-layout.ts";
import { TYPE } from "./record-types.ts";
import type { RandomBytes } from "./upstream-random.ts";

/** A question whose name stands ready for messages. */
export interface WireQuestion extends UpstreamQuestion {
  readonly wireName: Uint8Array;
}

/** How a question is put: the same one may be asked again in another form. */
export interface QuestionForm {
  readonly id: number;
  readonly hasEdns: boolean;
  /** With it, each letter of the name is upper or lower case by chance (draft-vixie-dnsext-dns0x20-00). */
  readonly mixCase?: RandomBytes;
}

export interface AskedQuestion {
  /** The whole message. */
  readonly message: Uint8Array;
  /** Where the question section ends; the answer repeats it up to there. */
  readonly questionEnd: number;
}

const MAX_LABEL_BYTES = 63;
/** Visible ASCII, and every other byte as `\ddd`: nothing that would go out as another byte than was judged. */
const ONE_BYTE_EACH = /^(?:[!-[\]-~]|\\(?:[01]\d\d|2[0-4]\d|25[0-5]))*$/;
const RECURSION_DESIRED = 0x01;
const CHECKING_DISABLED = 0x10;
const DNSSEC_OK = 0x80;

/** Nothing for a name that has no place in a message. */
export function toWireQuestion(question: UpstreamQuestion): WireQuestion | undefined {
  if (!ONE_BYTE_EACH.test(question.name)) return undefined;
  const wireName = toWireName(question.name);
  return isWireName(wireName) ? { ...question, wireName } : undefined;
}

/** RFC 1035 §4.1. Nothing of the asker's own message goes on: no client subnet, no cookie, no padding. */
export function toAskedQuestion(question: WireQuestion, form: QuestionForm): AskedQuestion {
  const questionEnd = HEADER_BYTES + question.wireName.length + QUESTION_TAIL_BYTES;
  const message = Buffer.alloc(questionEnd + (form.hasEdns ? OPT_BYTES : 0));
  message.writeUInt16BE(form.id, 0);
  message[2] = RECURSION_DESIRED;
  message[3] = question.checkingDisabled ? CHECKING_DISABLED : 0;
  message.writeUInt16BE(1, 4);
  message.set(question.wireName, HEADER_BYTES);
  if (form.mixCase !== undefined) mixCase(message, questionEnd - QUESTION_TAIL_BYTES, form.mixCase);
  message.writeUInt16BE(question.type, questionEnd - 4);
  message.writeUInt16BE(question.class, questionEnd - 2);
  if (form.hasEdns) {
    message.writeUInt16BE(1, 10);
    writeOpt(message, questionEnd, question.dnssec);
  }
  return { message, questionEnd };
}

export function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Labels of one to 63 bytes, then the root's zero as the last byte. */
function isWireName(wireName: Uint8Array): boolean {
  if (wireName.length > MAX_WIRE_NAME_LENGTH) return false;
  let at = 0;
  for (;;) {
    const size = wireName[at] ?? MAX_LABEL_BYTES + 1;
    if (size === 0) return at === wireName.length - 1;
    if (size > MAX_LABEL_BYTES) return false;
    at += 1 + size;
  }
}

/** Length bytes are below 64 and letters are not, so the name needs no walk by labels. */
function mixCase(message: Buffer, end: number, random: RandomBytes): void {
  for (let at = HEADER_BYTES, bits = 0; at < end; at += 1, bits >>= 1) {
    if ((at - HEADER_BYTES) % 8 === 0) bits = random.byte();
    const byte = message[at] ?? 0;
    if ((bits & 1) === 1 && isLetter(byte)) message[at] = byte ^ 0x20;
  }
}

/** RFC 6891 §6.1.2. */
function writeOpt(message: Buffer, at: number, dnssec: boolean): void {
  message.writeUInt16BE(TYPE.opt, at + 1);
  message.writeUInt16BE(SAFE_UDP_BYTES, at + 3);
  message[at + 7] = dnssec ? DNSSEC_OK : 0;
}
