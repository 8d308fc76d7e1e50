import { MAX_WIRE_NAME_LENGTH, readName } from "./domain-name.ts";
import { HEADER_BYTES, OPT_BYTES, QUESTION_TAIL_BYTES } from "./message-layout.ts";
import { CLASS_IN, TYPE } from "./record-types.ts";
import { RCODE } from "./response-code.ts";

/** One question of a client, as far as the gate goes by it. */
export interface Query {
  readonly id: number;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  /** Canonical; see `readName`. */
  readonly name: string;
  readonly type: number;
  /** Name, type and class as the client wrote them, upper and lower case as it stood there. */
  readonly question: Buffer;
  readonly edns: ClientEdns | undefined;
}

export interface ClientEdns {
  /** How large a message over UDP the client takes. */
  readonly udpBytes: number;
  readonly dnssec: boolean;
}

export type ParsedQuery =
  | { readonly status: "query"; readonly query: Query }
  /** To be answered with this code and nothing else. */
  | {
      readonly status: "refused";
      readonly code: number;
      readonly id: number;
      readonly opcode: number;
    }
  /** No question at all. Whoever answers an answer can be made to talk to itself. */
  | { readonly status: "ignored" };

/** Strict: what clients do not write is refused, for another reader of the same bytes could see another question. */
export function parseQuery(message: Buffer): ParsedQuery {
  if (message.length < HEADER_BYTES) return { status: "ignored" };
  const flags = message.readUInt16BE(2);
  if (flags & 0x8000) return { status: "ignored" };
  const id = message.readUInt16BE(0);
  const opcode = (flags >>> 11) & 0xf;
  const refuse = (code: number): ParsedQuery => ({ status: "refused", code, id, opcode });
  if (opcode !== 0) return refuse(RCODE.notImplemented);
  const additional = message.readUInt16BE(10);
  const hasOnlyQuestion =
    message.readUInt16BE(4) === 1 && message.readUInt32BE(6) === 0 && additional <= 1;
  if (!hasOnlyQuestion) return refuse(RCODE.formatError);
  const nameEnd = endOfPlainName(message);
  if (nameEnd === undefined || nameEnd + QUESTION_TAIL_BYTES > message.length) {
    return refuse(RCODE.formatError);
  }
  const questionEnd = nameEnd + QUESTION_TAIL_BYTES;
  const edns = additional === 1 ? readEdns(message, questionEnd) : undefined;
  if (typeof edns === "number") return refuse(edns);
  if (edns === undefined && questionEnd !== message.length) return refuse(RCODE.formatError);
  if (message.readUInt16BE(nameEnd + 2) !== CLASS_IN) return refuse(RCODE.refused);
  return {
    status: "query",
    query: {
      id,
      recursionDesired: (flags & 0x0100) !== 0,
      checkingDisabled: (flags & 0x0010) !== 0,
      name: readName(message, HEADER_BYTES)?.name ?? "",
      type: message.readUInt16BE(nameEnd),
      question: message.subarray(HEADER_BYTES, questionEnd),
      edns,
    },
  };
}

/** A question is the first name of its message, so a pointer in it could only lead to itself or into the header. */
function endOfPlainName(message: Buffer): number | undefined {
  let at = HEADER_BYTES;
  for (;;) {
    const size = message[at];
    if (size === undefined || size > 63) return undefined;
    at += 1 + size;
    if (at - HEADER_BYTES > MAX_WIRE_NAME_LENGTH) return undefined;
    if (size === 0) return at;
  }
}

/** The one OPT record that ends the message (RFC 6891), or the code to refuse with. */
function readEdns(message: Buffer, at: number): ClientEdns | number {
  const isOpt =
    at + OPT_BYTES <= message.length &&
    message[at] === 0 &&
    message.readUInt16BE(at + 1) === TYPE.opt;
  if (!isOpt) return RCODE.formatError;
  const optionsEnd = at + OPT_BYTES + message.readUInt16BE(at + 9);
  if (optionsEnd !== message.length) return RCODE.formatError;
  if (message[at + 6] !== 0) return RCODE.badVersion;
  if (!isOptionList(message, at + OPT_BYTES)) return RCODE.formatError;
  return {
    udpBytes: message.readUInt16BE(at + 3),
    dnssec: ((message[at + 7] ?? 0) & 0x80) !== 0,
  };
}

/** Options are not looked at and not sent on: what a client asks of the next resolver could carry data out. */
function isOptionList(message: Buffer, start: number): boolean {
  let at = start;
  while (at < message.length) {
    if (at + 4 > message.length) return false;
    at += 4 + message.readUInt16BE(at + 2);
  }
  return at === message.length;
}
