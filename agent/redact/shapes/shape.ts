import type { CharacterClass } from "../search/character-class.ts";

/** One kind of secret that vendors hand out, as data: what it looks like and how we know. */
export type Shape = TokenShape | NamedShape | JsonWebTokenShape | AwsAccessKeyShape;

/** A secret that is known by its own letters. */
export interface TokenShape extends Described {
  readonly kind: "token";
  /** Letters that stand in every such secret; any one of them. */
  readonly anchors: readonly string[];
  /** For anchors that other words hold as well: not right behind one of these. */
  readonly notAfter?: CharacterClass;
  /** Of the secret, in front of the anchor. Each of a fixed length. */
  readonly before?: readonly Part[];
  /** The anchor and these, which come right after it, are no secret, and are not masked. */
  readonly shown?: readonly Part[];
  /** Of the secret, behind the anchor. */
  readonly parts: readonly Part[];
  readonly end?: End;
  readonly checksum?: Checksum;
  /** What is behind the anchor in examples, where `parts` names only what all have in common. */
  readonly examples?: readonly (readonly Part[])[];
}

/** A secret without letters of its own, which is known by the name that it is assigned to. */
export interface NamedShape extends Described {
  readonly kind: "named";
  /** What the names begin with, or hold; in lower case. */
  readonly anchors: readonly string[];
  /** The anchor, or what follows it in the name, holds one of these; in lower case. */
  readonly nameHolds?: readonly string[];
  readonly parts: readonly Part[];
  readonly end?: End;
}

/** RFC 7519: known by its header, which is JSON and holds "alg". */
export interface JsonWebTokenShape extends Described {
  readonly kind: "json-web-token";
  /** How the header begins; what other base64 begins with as well is told from it by what is in front. */
  readonly anchors: readonly { readonly literal: string; readonly notAfter?: CharacterClass }[];
}

/** The id is a token; the secret access key beside it has no letters of its own. */
export interface AwsAccessKeyShape extends Described {
  readonly kind: "aws-access-key";
  readonly anchors: readonly string[];
  readonly parts: readonly Part[];
}

interface Described {
  /** The rule that a find of it names. */
  readonly id: string;
  readonly name: string;
  /** Where the vendor, or who looked into it, says what it looks like. */
  readonly source: string;
}

export type Part = Literal | Run;

interface Literal {
  readonly literal: string;
}

export interface Run {
  readonly characters: CharacterClass;
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * What becomes of bytes behind the last part. A class: all of it belongs to the secret as long as the class goes on; this is
 * the rule, with the last part's class. "exact": a run that goes on is no such secret.
 */
export type End = CharacterClass | "exact";

/** Each a CRC-32 at the token's end: in base 62, in base 36 at the end of all that is swallowed, in hexadecimal. */
export type Checksum = "github" | "gitlab" | "grafana";

export function exactly(length: number, characters: CharacterClass): Run {
  return { characters, atLeast: length, atMost: length };
}

export function between(least: number, most: number, characters: CharacterClass): Run {
  return { characters, atLeast: least, atMost: most };
}

/** For the last part, which goes on as long as its class does. */
export function atLeast(length: number, characters: CharacterClass): Run {
  return exactly(length, characters);
}

export function literal(value: string): Literal {
  return { literal: value };
}

/** What a shape says of its end, or the rule. */
export function toEnd({
  parts,
  end,
}: {
  readonly parts: readonly Part[];
  readonly end?: End;
}): End {
  if (end !== undefined) return end;
  const last = parts.at(-1);
  return last !== undefined && "characters" in last ? last.characters : "word";
}
