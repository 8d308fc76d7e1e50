/** What the fields of a policy's own rules are compared with, made ready once. */
import { BlockList } from "node:net";

import type { Condition, NumberOperators } from "../../../protocol/index.ts";
import { toPlainIp } from "../facts/destination.ts";
import { compileGlob } from "./glob.ts";

export type Matches = (value: string | number) => boolean;

/** `path`: a star stops at a slash. `domain`: without regard to case. `address`: also blocks of them. */
export type MatchKind = "path" | "text" | "domain" | "address" | "number";

type Match = NonNullable<Exclude<Condition[keyof Condition], Condition | readonly Condition[]>>;

export function compileMatch(match: Match, kind: MatchKind): Matches {
  if (typeof match === "number") return (value) => value === match;
  if (typeof match === "string") return compileOneOf([match], kind);
  if (Array.isArray(match)) return compileOneOf(match, kind);
  if (isRange(match)) return compileRange(match);
  const { equals, glob, prefix, suffix, contains } = match;
  const parts: Matches[] = [
    ...anyOf(equals, (one) => {
      const text = toWhole(one, kind);
      return (value) => value === text;
    }),
    ...anyOf(glob, (one) => compileText(one, kind)),
    ...anyOf(prefix, (one) => {
      const text = toPart(one, kind);
      return (value) => String(value).startsWith(text);
    }),
    ...anyOf(suffix, (one) => {
      const text = toPart(one, kind);
      return (value) => String(value).endsWith(text);
    }),
    ...anyOf(contains, (one) => {
      const text = toPart(one, kind);
      return (value) => String(value).includes(text);
    }),
  ];
  return (value) => parts.every((matches) => matches(value));
}

function compileOneOf(values: readonly (string | number)[], kind: MatchKind): Matches {
  if (kind === "address") return compileBlocks(values.map(String));
  const exact = new Set(
    values
      .filter((one) => !isGlob(one))
      .map((one) => (typeof one === "string" ? toWhole(one, kind) : one)),
  );
  const globs = values.filter(isGlob).map((one) => compileText(one, kind));
  return (value) => exact.has(value) || globs.some((matches) => matches(value));
}

function compileText(pattern: string, kind: MatchKind): Matches {
  const matches = compileGlob(toWhole(pattern, kind), kind === "path" ? "path" : "text");
  return (value) => matches(String(value));
}

function compileBlocks(texts: readonly string[]): Matches {
  // One for each: a list takes the whole of IPv4 for a part of ::/0.
  const blocks = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const text of texts) {
    const [ip = "", bits] = text.split("/");
    const family = familyOf(ip);
    if (bits === undefined) blocks[family].addAddress(ip, family);
    else blocks[family].addSubnet(ip, Number(bits), family);
  }
  return (value) => {
    const ip = toPlainIp(String(value));
    const family = familyOf(ip);
    return blocks[family].check(ip, family);
  };
}

function familyOf(ip: string): "ipv4" | "ipv6" {
  return ip.includes(":") ? "ipv6" : "ipv4";
}

function compileRange(range: NumberOperators): Matches {
  const { above = -Infinity, below = Infinity } = range;
  const { "at-least": least = -Infinity, "at-most": most = Infinity } = range;
  return (value) =>
    typeof value === "number" && value > above && value < below && value >= least && value <= most;
}

function isRange(match: Extract<Match, object>): match is NumberOperators {
  return ["above", "at-least", "below", "at-most"].some((operator) => operator in match);
}

/** Plain text with a star in it was meant as a glob. */
function isGlob(value: string | number): value is string {
  return typeof value === "string" && value.includes("*");
}

function anyOf(
  texts: string | readonly string[] | undefined,
  toMatches: (text: string) => Matches,
): Matches[] {
  if (texts === undefined) return [];
  const options = [texts].flat().map(toMatches);
  return [(value) => options.some((matches) => matches(value))];
}

/** Observations have names in lower case, without the dot of the root. */
function toWhole(text: string, kind: MatchKind): string {
  const part = toPart(text, kind);
  return kind === "domain" && part.endsWith(".") ? part.slice(0, -1) : part;
}

function toPart(text: string, kind: MatchKind): string {
  return kind === "domain" ? text.toLowerCase() : text;
}
