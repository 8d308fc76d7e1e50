import { toHostName } from "../host-name.ts";
import { toAddressText } from "./address-text.ts";
import type { AnswerChain } from "./answer-chain.ts";
import { isNeverLearned } from "./never-learned.ts";
import type { AnswerRecord } from "./parse-answer.ts";
import { TYPE } from "./record-types.ts";
import { readServiceBinding } from "./service-binding.ts";

export interface LearnedAddress {
  readonly ip: string;
  readonly ttlSeconds: number;
}

export interface LearnedTarget {
  readonly name: string;
  readonly port?: number;
  readonly ttlSeconds: number;
}

/** What an answer leads to. */
export interface LearnedAnswer {
  /** Asked for, canonical. */
  readonly name: string;
  readonly addresses: readonly LearnedAddress[];
  /** SRV and HTTPS/SVCB targets, and the end of an alias: names that may be asked for on behalf of `name`. */
  readonly targets: readonly LearnedTarget[];
}

interface Learned {
  readonly addresses: readonly LearnedAddress[];
  readonly targets: readonly LearnedTarget[];
}

const SRV_PORT_AT = 4;

export function toLearned(
  question: { name: string },
  { aliases, links, records }: AnswerChain,
): Learned {
  const end = aliases.at(-1);
  const own = records.map((record) => toLearnedOfRecord(record, end ?? question.name));
  // Every link has to hold for the alias to lead here.
  const aliasTtl = Math.min(...links.map(({ ttlSeconds }) => ttlSeconds));
  const alias = end === undefined ? [] : [{ name: end, ttlSeconds: aliasTtl }];
  return {
    addresses: own.flatMap(({ addresses }) => addresses),
    targets: [...alias, ...own.flatMap(({ targets }) => targets)].filter(isHostTarget),
  };
}

/** With the TTLs that the client is told. */
export function toLearnedAtAge(name: string, stored: Learned, ageSeconds: number): LearnedAnswer {
  const age = <T extends { ttlSeconds: number }>(item: T): T => ({
    ...item,
    ttlSeconds: Math.max(0, item.ttlSeconds - ageSeconds),
  });
  return {
    name,
    addresses: stored.addresses.map(age),
    targets: stored.targets.map(age),
  };
}

function toLearnedOfRecord(record: AnswerRecord, owner: string): Learned {
  const { type, data, target = "", ttlSeconds } = record;
  if (type === TYPE.a || type === TYPE.aaaa) {
    return { addresses: toAddresses([toAddressText(data)], ttlSeconds), targets: [] };
  }
  if (type === TYPE.https || type === TYPE.svcb) return toLearnedOfService(record, owner);
  if (type === TYPE.cname || type === TYPE.dname) {
    return { addresses: [], targets: [{ name: target, ttlSeconds }] };
  }
  if (type !== TYPE.srv) return { addresses: [], targets: [] };
  const port = data.readUInt16BE(SRV_PORT_AT);
  return { addresses: [], targets: [{ name: target, port, ttlSeconds }] };
}

/** Hints are addresses of the target, so they are this name's own only where it is its own target. */
function toLearnedOfService({ data, ttlSeconds }: AnswerRecord, owner: string): Learned {
  const service = readServiceBinding(data);
  if (service === undefined) return { addresses: [], targets: [] };
  const { priority, target, port, hints } = service;
  const isOwn = priority > 0 && (target === "" || target === owner);
  const name = isOwn ? owner : target;
  const addresses = isOwn ? toAddresses(hints, ttlSeconds) : [];
  if (isOwn && port === undefined) return { addresses, targets: [] };
  return { addresses, targets: [{ name, ttlSeconds, ...(port === undefined ? {} : { port }) }] };
}

function toAddresses(ips: readonly string[], ttlSeconds: number): LearnedAddress[] {
  return ips.filter((ip) => !isNeverLearned(ip)).map((ip) => ({ ip, ttlSeconds }));
}

function isHostTarget({ name }: LearnedTarget): boolean {
  return name !== "" && toHostName(name) === name;
}
