import { toHostName } from "../host-name.ts";
import { parseResolverIp } from "./resolver-address.ts";

/** What resolv.conf(5) says, as glibc reads it. */
export interface ResolvConf {
  /** In their order; the first three, as glibc and musl take no more. */
  readonly nameservers: readonly string[];
  /** undefined where neither `search` nor `domain` is written: glibc then takes the domain of the host's own name. */
  readonly searchDomains: readonly string[] | undefined;
  readonly ndots: number;
  readonly timeoutSeconds: number;
  readonly attempts: number;
  /** `use-vc`: resolvers are asked over TCP. */
  readonly isTcpOnly: boolean;
  /** Options that mean nothing to the guard (`rotate`, `edns0`, …), as they are written. */
  readonly ignoredOptions: readonly string[];
  /** Lines beyond the bounds, or with an address that is none. */
  readonly linesRefused: number;
}

/** MAXNS of glibc's resolv.h. */
const MAX_NAMESERVERS = 3;
/** glibc takes any number since 2.26; a cluster's pods have five or six. */
const MAX_SEARCH_DOMAINS = 32;
const MAX_IGNORED_OPTIONS = 32;
/** Real files have under twenty lines. */
const MAX_LENGTH = 64 * 1024;
/** RES_MAXNDOTS, RES_MAXRETRANS and RES_MAXRETRY of glibc; before the comma the default. */
const NUMBERS = {
  ndots: { initial: 1, max: 15 },
  timeout: { initial: 5, max: 30 },
  attempts: { initial: 2, max: 5 },
};

interface Reading {
  nameservers: string[];
  searchDomains: string[] | undefined;
  numbers: Map<string, number>;
  isTcpOnly: boolean;
  ignoredOptions: string[];
  linesRefused: number;
}

export function parseResolvConf(text: string): ResolvConf {
  const reading: Reading = {
    nameservers: [],
    searchDomains: undefined,
    numbers: new Map(),
    isTcpOnly: false,
    ignoredOptions: [],
    linesRefused: text.length > MAX_LENGTH ? 1 : 0,
  };
  for (const line of wholeLines(text).split("\n")) readLine(line, reading);
  const { numbers, ...rest } = reading;
  return {
    ...rest,
    ndots: numbers.get("ndots") ?? NUMBERS.ndots.initial,
    timeoutSeconds: numbers.get("timeout") ?? NUMBERS.timeout.initial,
    attempts: numbers.get("attempts") ?? NUMBERS.attempts.initial,
  };
}

/** Half a line could name another resolver than the whole of it. */
function wholeLines(text: string): string {
  return text.length <= MAX_LENGTH ? text : text.slice(0, text.lastIndexOf("\n", MAX_LENGTH) + 1);
}

function readLine(line: string, reading: Reading): void {
  // The keyword starts the line (glibc's res_init.c), and ; or # make a comment of it only there.
  const [keyword, ...words] = line.trimEnd().split(/[ \t]+/);
  if (keyword === "nameserver") readNameserver(words[0] ?? "", reading);
  // The last of several counts, whichever of the two it is.
  if (keyword === "domain") reading.searchDomains = toDomains(words.slice(0, 1));
  if (keyword === "search") reading.searchDomains = toDomains(words);
  if (keyword === "options") for (const option of words) readOption(option, reading);
}

function readNameserver(text: string, reading: Reading): void {
  const ip = parseResolverIp(text);
  if (ip === undefined || reading.nameservers.length >= MAX_NAMESERVERS) reading.linesRefused += 1;
  else reading.nameservers.push(ip);
}

function toDomains(words: readonly string[]): string[] {
  // `search .` is a way to write that there is none.
  return words.slice(0, MAX_SEARCH_DOMAINS).flatMap((word) => toHostName(word) ?? []);
}

function readOption(option: string, reading: Reading): void {
  const [, name = "", digits = ""] = /^([a-z]+):(\d{1,9})/.exec(option) ?? [];
  const range =
    name === "ndots" || name === "timeout" || name === "attempts" ? NUMBERS[name] : undefined;
  if (range !== undefined) reading.numbers.set(name, Math.min(Number(digits), range.max));
  else if (option === "use-vc") reading.isTcpOnly = true;
  else if (reading.ignoredOptions.length < MAX_IGNORED_OPTIONS) {
    reading.ignoredOptions.push(option.slice(0, 64));
  }
}
