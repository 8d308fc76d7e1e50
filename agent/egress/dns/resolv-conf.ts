import { toHostName } from "../host-name.ts";
import { parseResolverIp } from "./resolver-address.ts";

/** What resolv.conf(5) says of whom to ask and how, as glibc reads it; when to ask again is the guard's own choice. */
export interface ResolvConf {
  /** In their order; the first three, as glibc and musl take no more. */
  readonly nameservers: readonly string[];
  /** undefined where neither `search` nor `domain` is written: glibc then takes the domain of the host's own name. */
  readonly searchDomains: readonly string[] | undefined;
  /** `use-vc`: resolvers are asked over TCP. */
  readonly isTcpOnly: boolean;
}

/** MAXNS of glibc's resolv.h. */
const MAX_NAMESERVERS = 3;
/** glibc takes any number since 2.26; a cluster's pods have five or six. */
const MAX_SEARCH_DOMAINS = 32;
/** Real files have under twenty lines. */
const MAX_LENGTH = 64 * 1024;

interface Reading {
  nameservers: string[];
  searchDomains: string[] | undefined;
  isTcpOnly: boolean;
}

export function parseResolvConf(text: string): ResolvConf {
  const reading: Reading = { nameservers: [], searchDomains: undefined, isTcpOnly: false };
  for (const line of wholeLines(text).split("\n")) readLine(line, reading);
  return reading;
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
  if (keyword === "options" && words.includes("use-vc")) reading.isTcpOnly = true;
}

function readNameserver(text: string, reading: Reading): void {
  const ip = parseResolverIp(text);
  if (ip !== undefined && reading.nameservers.length < MAX_NAMESERVERS)
    reading.nameservers.push(ip);
}

function toDomains(words: readonly string[]): string[] {
  // `search .` is a way to write that there is none.
  return words.slice(0, MAX_SEARCH_DOMAINS).flatMap((word) => toHostName(word) ?? []);
}
