import { toHostName } from "../host-name.ts";
import { walkChain } from "./answer-chain.ts";
import type { AnswerChain } from "./answer-chain.ts";
import { describeRecord } from "./describe-record.ts";
import { isBelow } from "./domain-name.ts";
import { toLearned } from "./learned-answer.ts";
import type { LearnedAddress, LearnedTarget } from "./learned-answer.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { AnswerRecord, ParsedAnswer } from "./parse-answer.ts";
import { createRecordBody } from "./record-body.ts";
import type { RecordBody } from "./record-body.ts";
import { TYPE } from "./record-types.ts";
import { RCODE } from "./response-code.ts";
import { withoutEch } from "./service-binding.ts";

/** What is kept of a resolver's answer: enough to answer whoever asks the same, and to open what it leads to. */
export interface StoredAnswer {
  readonly code: number;
  readonly isAuthentic: boolean;
  readonly body: RecordBody;
  /** How long it may be given again; 0 for once. */
  readonly ttlSeconds: number;
  readonly aliases: readonly string[];
  readonly addresses: readonly LearnedAddress[];
  readonly targets: readonly LearnedTarget[];
  /** The records as text, for the report. */
  readonly texts: readonly string[];
}

export interface StoredQuestion {
  readonly name: string;
  readonly type: number;
  readonly dnssec: boolean;
}

export type Reading =
  | { readonly status: "usable"; readonly answer: StoredAnswer }
  | { readonly status: "unusable"; readonly reason: string };

/** A name that does not exist yet may soon: jobs bring up services and wait for them. */
const MAX_NEGATIVE_TTL_SECONDS = 60;
/** A report needs no more of one answer. */
const MAX_TEXTS = 64;
const SIGNATURE_FIXED_BYTES = 18;
const SOA_MINIMUM_BYTES = 4;

export interface ReadOptions {
  readonly stripsEch: boolean;
}

export function readUpstreamAnswer(
  message: Uint8Array,
  question: StoredQuestion,
  { stripsEch }: ReadOptions,
): Reading {
  const parsed = parseAnswer(message, question.name);
  if (parsed === undefined) return unusable("the resolver's answer cannot be read");
  if (parsed.code !== RCODE.noError && parsed.code !== RCODE.nameError) {
    return unusable(`the resolver answered with code ${parsed.code}`);
  }
  const answer = stripsEch ? toAnswerWithoutEch(parsed) : parsed;
  const walk = walkChain(answer, question);
  if (walk.status === "endless") return unusable("its aliases have no end");
  return { status: "usable", answer: toStored(answer, question, walk.chain) };
}

function unusable(reason: string): Reading {
  return { status: "unusable", reason };
}

function toStored(
  parsed: ParsedAnswer,
  question: StoredQuestion,
  chain: AnswerChain,
): StoredAnswer {
  const { aliases, links, records } = chain;
  const positive = [...links, ...records];
  const signatures = question.dnssec ? signaturesOf(parsed.answers, positive) : [];
  const answers = [...positive, ...signatures];
  const end = aliases.at(-1) ?? question.name;
  const start = records.length === 0 ? startOfZone(parsed, end) : undefined;
  const proofs = question.dnssec ? parsed.authority.filter(isProof) : [];
  const authority = start === undefined ? proofs : [start, ...proofs];
  const isComplete = records.length > 0 || start !== undefined;
  return {
    code: parsed.code,
    isAuthentic: parsed.isAuthentic,
    body: createRecordBody(question.name, { answers, authority }),
    // An answer that does not say for how long it has no records is given once (RFC 2308 §5).
    ttlSeconds: isComplete ? shortestTtl([...answers, ...authority]) : 0,
    aliases: aliases.filter((alias) => toHostName(alias) === alias),
    texts: positive.slice(0, MAX_TEXTS).map(describeRecord),
    ...toLearned(question, chain),
  };
}

function shortestTtl(records: readonly AnswerRecord[]): number {
  return records.reduce((least, { ttlSeconds }) => Math.min(least, ttlSeconds), Infinity);
}

/** A signature counts for the owner and type it was made for; others are as foreign as the records they sign. */
function signaturesOf(
  all: readonly AnswerRecord[],
  signed: readonly AnswerRecord[],
): AnswerRecord[] {
  const wanted = new Set(signed.map(({ name, type }) => `${type} ${name}`));
  return all.filter(({ name, type, data }) => {
    if (type !== TYPE.rrsig || data.length < SIGNATURE_FIXED_BYTES) return false;
    return wanted.has(`${data.readUInt16BE(0)} ${name}`) && !wanted.has(`${type} ${name}`);
  });
}

/** What proves that there is nothing, or that a wildcard answered. None of it leads anywhere. */
function isProof({ type }: AnswerRecord): boolean {
  return type === TYPE.nsec || type === TYPE.nsec3 || type === TYPE.rrsig;
}

/** The zone's SOA record, which says for how long nothing stays nothing: the lesser of its TTL and its last field. */
function startOfZone({ authority }: ParsedAnswer, name: string): AnswerRecord | undefined {
  const start = authority.find(
    (record) => record.type === TYPE.soa && (record.name === name || isBelow(name, record.name)),
  );
  if (start === undefined) return undefined;
  const minimum = start.data.readUInt32BE(start.data.length - SOA_MINIMUM_BYTES);
  const ttlSeconds = Math.min(start.ttlSeconds, minimum, MAX_NEGATIVE_TTL_SECONDS);
  return { ...start, ttlSeconds };
}

/** Signatures over a changed record are wrong, so they go too, and with them the word that all was checked. */
function toAnswerWithoutEch(parsed: ParsedAnswer): ParsedAnswer {
  const changed = new Set<string>();
  const answers = parsed.answers.map((record) => {
    if (record.type !== TYPE.https && record.type !== TYPE.svcb) return record;
    const data = withoutEch(record.data);
    if (data === undefined) return record;
    changed.add(`${record.type} ${record.name}`);
    return { ...record, data };
  });
  if (changed.size === 0) return parsed;
  const kept = answers.filter(
    ({ type, name, data }) =>
      type !== TYPE.rrsig || data.length < 2 || !changed.has(`${data.readUInt16BE(0)} ${name}`),
  );
  return { ...parsed, answers: kept, isAuthentic: false };
}
