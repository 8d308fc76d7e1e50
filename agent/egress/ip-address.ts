/** One 32-bit word for IPv4, four for IPv6, most significant first. */
export interface IpAddress {
  readonly family: "ipv4" | "ipv6";
  readonly words: readonly number[];
}

/** `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255` and a zone; anything longer is no address. */
const MAX_LENGTH = 128;
const GROUPS = 8;
const MAPPED_PREFIX = 0xffff;
/** The upper case ones stand six behind their values. */
const HEX_DIGITS = "0123456789abcdefABCDEF";

/**
 * Reads the textual forms of RFC 4291 §2.2. An IPv4-mapped IPv6 address comes out as the IPv4 address that Linux
 * connects to for it, and a zone id is dropped. Octal, hexadecimal and shortened IPv4 forms are refused: programs
 * disagree on what they mean.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (!text.includes(":")) {
    const word = parseIpv4Word(text);
    return word === undefined ? undefined : { family: "ipv4", words: [word] };
  }
  const groups = parseGroups(text);
  return groups && toAddress(groups);
}

/** The form of RFC 5952: lower case, no leading zeros, the longest run of zero groups as `::`. */
export function toIpText({ family, words }: IpAddress): string {
  if (family === "ipv4") return toIpv4Text(words[0] ?? 0);
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const { start, length } = longestZeroRun(groups);
  if (length < 2) return toHex(groups);
  return `${toHex(groups.slice(0, start))}::${toHex(groups.slice(start + length))}`;
}

/** Of a canonical text, or one with a zone: a mapped address is IPv4 there. */
export function toFamily(ip: string): IpAddress["family"] {
  return ip.includes(":") ? "ipv6" : "ipv4";
}

export function isLoopback({ family, words }: IpAddress): boolean {
  const [first = 0, second = 0, third = 0, last = 0] = words;
  if (family === "ipv4") return first >>> 24 === 127;
  return first === 0 && second === 0 && third === 0 && last === 1;
}

/** 0.0.0.0 and ::. Linux connects to the machine itself for them. */
export function isUnspecified({ words }: IpAddress): boolean {
  return words.every((word) => word === 0);
}

function parseIpv4Word(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let word = 0;
  for (const part of match.slice(1)) {
    const byte = Number(part);
    if (byte > 255 || (part.length > 1 && part.startsWith("0"))) return undefined;
    word = word * 256 + byte;
  }
  return word;
}

function parseGroups(text: string): number[] | undefined {
  const zone = text.indexOf("%");
  const halves = (zone < 0 ? text : text.slice(0, zone)).split("::");
  if (halves.length > 2) return undefined;
  const [head = "", tail] = halves;
  const before = parseHalf(head, tail === undefined);
  const after = tail === undefined ? [] : parseHalf(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = GROUPS - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  for (let count = 0; count < missing; count += 1) before.push(0);
  return before.concat(after);
}

function parseHalf(half: string, isLast: boolean): number[] | undefined {
  if (half === "") return [];
  const parts = half.split(":");
  const embedded = isLast && half.includes(".") ? parseIpv4Word(parts.pop() ?? "") : null;
  if (embedded === undefined) return undefined;
  const groups: number[] = [];
  for (const part of parts) {
    const group = parseGroup(part);
    if (group === undefined) return undefined;
    groups.push(group);
  }
  if (embedded !== null) groups.push(embedded >>> 16, embedded & 0xffff);
  return groups;
}

/** One to four hexadecimal digits; digit by digit, since this is done for each connection. */
function parseGroup(text: string): number | undefined {
  if (text.length === 0 || text.length > 4) return undefined;
  let group = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = HEX_DIGITS.indexOf(text.charAt(at));
    if (digit < 0) return undefined;
    group = group * 16 + (digit < 16 ? digit : digit - 6);
  }
  return group;
}

function toAddress(groups: readonly number[]): IpAddress {
  const words = [wordAt(groups, 0), wordAt(groups, 2), wordAt(groups, 4), wordAt(groups, 6)];
  const [first, second, third, last = 0] = words;
  if (first === 0 && second === 0 && third === MAPPED_PREFIX) {
    return { family: "ipv4", words: [last] };
  }
  return { family: "ipv6", words };
}

function wordAt(groups: readonly number[], at: number): number {
  return (groups[at] ?? 0) * 0x1_0000 + (groups[at + 1] ?? 0);
}

function toIpv4Text(word: number): string {
  return [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff].join(".");
}

function toHex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(":");
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
