import { HEADER_BYTES, QUESTION_TAIL_BYTES } from "./message-layout.ts";
import { RCODE } from "./response-code.ts";
import { isLetter, type AskedQuestion } from "./upstream-question.ts";

/**
 * `answer`: to this question, as it was put. `folded`: to this question, with the name in another case. `bare`: under
 * the question's id without a question, as old servers refuse what they cannot read. `foreign`: anything else.
 */
export type Kinship = "answer" | "folded" | "bare" | "foreign";

/** QR and the opcode, which is 0 for a query. */
const KIND_BITS = 0xf8;
const IS_ANSWER = 0x80;
const TRUNCATED = 0x02;

/** Looks at header and question alone (RFC 5452 §9.1); id and question are proven when it says `answer`. */
export function toKinship(message: Uint8Array, asked: AskedQuestion): Kinship {
  if (message.length < HEADER_BYTES || toMessageId(message) !== toMessageId(asked.message)) {
    return "foreign";
  }
  if (((message[2] ?? 0) & KIND_BITS) !== IS_ANSWER) return "foreign";
  const questions = (message[4] ?? 0) * 256 + (message[5] ?? 0);
  if (questions === 0 && message.length === HEADER_BYTES && isRefusalToRead(message)) return "bare";
  if (questions !== 1 || message.length < asked.questionEnd) return "foreign";
  return compareQuestions(message, asked);
}

export function toMessageId(message: Uint8Array): number {
  return (message[0] ?? 0) * 256 + (message[1] ?? 0);
}

export function isTruncated(message: Uint8Array): boolean {
  return ((message[2] ?? 0) & TRUNCATED) !== 0;
}

export function toRcode(message: Uint8Array): number {
  return (message[3] ?? 0) & 0x0f;
}

/** What old servers say to a question in a form that they do not know. */
export function isRefusalToRead(message: Uint8Array): boolean {
  const rcode = toRcode(message);
  return rcode === RCODE.formatError || rcode === RCODE.notImplemented;
}

/** A length byte or a byte of type and class is no letter whose case could differ: two of those differ by more. */
function compareQuestions(
  message: Uint8Array,
  { message: sent, questionEnd }: AskedQuestion,
): Kinship {
  let isFolded = false;
  for (let at = HEADER_BYTES; at < questionEnd; at += 1) {
    const is = message[at] ?? 0;
    const was = sent[at] ?? 0;
    if (is === was) continue;
    const isInName = at < questionEnd - QUESTION_TAIL_BYTES;
    if (!isInName || (is ^ was) !== 0x20 || !isLetter(was)) return "foreign";
    isFolded = true;
  }
  return isFolded ? "folded" : "answer";
}
