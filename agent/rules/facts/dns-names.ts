/** How many names were asked for under one registered domain, and how much data they could carry. */
import type { DnsQueryObservation, Microseconds } from "../../observation.ts";
import { NAME_OPERATORS, REGISTRY_SECOND_LEVELS } from "../data/name-operators.ts";
import { countEncoded } from "./encoded-label.ts";
import { createHostList } from "./host-list.ts";

export interface DomainTally {
  readonly domain: string;
  /** Of this run: different names that hold something encoded, and the letters of that. */
  readonly encodedNames: number;
  readonly encodedLetters: number;
  /** Different ones within the minute. */
  readonly names: number;
  readonly texts: number;
  readonly oddities: number;
}

export interface DnsNames {
  note(seen: DnsQueryObservation): void;
  /** Of the domain that the name is under; undefined for those whose operator tells nobody of questions. */
  of(name: string): DomainTally | undefined;
}

export interface DnsNamesOptions {
  /** Some kilobytes each at most; those that were asked about longest ago go first. */
  readonly maxDomains: number;
}

interface KeptTally {
  readonly domain: string;
  encodedNames: number;
  encodedLetters: number;
  since: Microseconds;
  /** Hashes: names are up to 253 letters long. */
  names: Set<number>;
  texts: Set<number>;
  oddities: Set<number>;
  /** Hashes of those that were counted as encoded, as many as are needed for a verdict. */
  readonly counted: Set<number>;
}

const MINUTE: Microseconds = 60_000_000;
/** More than any verdict asks for. */
const MAX_NAMES = 512;
const USUAL_TYPES = new Set([
  "A",
  "AAAA",
  "HTTPS",
  "SVCB",
  "CNAME",
  "PTR",
  "SOA",
  "NS",
  "MX",
  "SRV",
]);
const OPERATORS = createHostList(NAME_OPERATORS.map((name) => [name, true] as const));

export function createDnsNames({ maxDomains }: DnsNamesOptions): DnsNames {
  const tallies = new Map<string, KeptTally>();
  const find = (domain: string, at: Microseconds): KeptTally => {
    const tally = tallies.get(domain) ?? createTally(domain, at);
    tallies.delete(domain);
    tallies.set(domain, tally);
    const oldest = tallies.size > maxDomains ? tallies.keys().next() : undefined;
    if (oldest?.done === false) tallies.delete(oldest.value);
    return tally;
  };
  return {
    note({ name, type, at }) {
      if (OPERATORS.find(name) !== undefined) return;
      const domain = toRegisteredDomain(name);
      if (domain.length < name.length) add(find(domain, at), { name, type, at });
    },
    of(name) {
      const tally = tallies.get(toRegisteredDomain(name));
      if (tally === undefined || OPERATORS.find(name) !== undefined) return undefined;
      const { domain, encodedNames, encodedLetters, names, texts, oddities } = tally;
      return {
        domain,
        encodedNames,
        encodedLetters,
        names: names.size,
        texts: texts.size,
        oddities: oddities.size,
      };
    },
  };
}

function createTally(domain: string, since: Microseconds): KeptTally {
  return {
    domain,
    encodedNames: 0,
    encodedLetters: 0,
    since,
    names: new Set(),
    texts: new Set(),
    oddities: new Set(),
    counted: new Set(),
  };
}

function add(
  tally: KeptTally,
  { name, type, at }: Pick<DnsQueryObservation, "name" | "type" | "at">,
): void {
  if (at - tally.since > MINUTE) {
    tally.since = at;
    tally.names = new Set();
    tally.texts = new Set();
    tally.oddities = new Set();
  }
  const hash = toHash(name);
  put(tally.names, hash);
  if (type === "TXT") put(tally.texts, hash);
  else if (!USUAL_TYPES.has(type)) put(tally.oddities, hash);
  if (tally.counted.has(hash) || tally.counted.size >= MAX_NAMES) return;
  const letters = countEncoded(name.slice(0, -tally.domain.length - 1));
  if (letters === 0) return;
  put(tally.counted, hash);
  tally.encodedNames += 1;
  tally.encodedLetters += letters;
}

function put(set: Set<number>, hash: number): void {
  if (set.size < MAX_NAMES) set.add(hash);
}

/** `example.net` of `a.b.example.net`, `example.co.uk` of `a.example.co.uk`. */
export function toRegisteredDomain(name: string): string {
  const last = name.lastIndexOf(".");
  const second = name.lastIndexOf(".", last - 1);
  if (last <= 0 || second < 0) return name;
  const isCountry = name.length - last === 3;
  if (!isCountry || !REGISTRY_SECOND_LEVELS.has(name.slice(second + 1, last))) {
    return name.slice(second + 1);
  }
  return name.slice(name.lastIndexOf(".", second - 1) + 1);
}

/** FNV-1a: two names in a million share one, and then count as one. */
function toHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  }
  return hash;
}
