/** Secrets that look like those of vendors and are none: made from the table of shapes, their checksums right. */
import { isOf, type CharacterClass } from "../../../agent/redact/search/character-class.ts";
import { toChecksum } from "../../../agent/redact/shapes/checksum.ts";
import type { NamedShape, Part, Shape, TokenShape } from "../../../agent/redact/shapes/shape.ts";

export interface ShapeExample {
  /** What has to stand in a log so that the secret is known for what it is: `DD_API_KEY=…`, `AccountKey=…`, or the secret alone. */
  readonly text: string;
  /** The part of it that must not be shown, which is all behind what has to stand in front. */
  readonly secret: string;
}

/**
 * A valid example of a shape. `random` gives numbers from 0 to below 1, as `Math.random` does: the same numbers, the same
 * example. Where `text` is more than `secret`, the secret is known by what stands in front of it, so put `text` as a whole
 * wherever a secret goes.
 */
export function makeExample(shape: Shape, random: () => number): ShapeExample {
  if (shape.kind === "json-web-token") return makeJsonWebToken(random);
  if (shape.kind === "named") return makeNamed(shape, random);
  return makeToken({ ...shape, kind: "token" }, random);
}

/** Numbers that depend on the seed alone (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many random characters of the class; none that would look like the end of a sentence, or like an escape. */
export function makeRun(characters: CharacterClass, length: number, random: () => number): string {
  const members = membersOf(characters);
  return Array.from({ length }, () => pick(members, random)).join("");
}

export function pick<T>(from: readonly T[], random: () => number): T {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new Error("Nothing to pick from");
  return picked;
}

function makeToken(shape: TokenShape, random: () => number): ShapeExample {
  const anchor = pick(shape.anchors, random);
  const before = makeParts(shape.before ?? [], random);
  const parts = makeParts(
    shape.examples === undefined ? shape.parts : pick(shape.examples, random),
    random,
  );
  if (shape.shown !== undefined) {
    const shown = makeParts(shape.shown, random);
    return { text: `${anchor}${shown}${parts}`, secret: parts };
  }
  const token = `${before}${withChecksum(shape, anchor, parts)}`;
  return { text: token, secret: token };
}

function makeNamed(shape: NamedShape, random: () => number): ShapeExample {
  const anchor = pick(shape.anchors, random);
  const { nameHolds } = shape;
  const isEnough = nameHolds === undefined || nameHolds.some((word) => anchor.includes(word));
  const name = isEnough ? anchor : `${anchor}_${pick(nameHolds, random)}`;
  const secret = makeParts(shape.parts, random);
  return { text: `${name.includes("-") ? name : name.toUpperCase()}=${secret}`, secret };
}

function makeJsonWebToken(random: () => number): ShapeExample {
  const header = pick(
    [
      { alg: "HS256", typ: "JWT" },
      { typ: "JWT", alg: "RS256" },
      { kid: makeRun("alphanumeric", 12, random), alg: "ES256" },
    ],
    random,
  );
  const claims = { sub: makeRun("digit", 10, random), iat: 1_700_000_000 };
  const token = `${toBase64url(header)}.${toBase64url(claims)}.${makeRun("base64url", 43, random)}`;
  return { text: token, secret: token };
}

function toBase64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function withChecksum({ checksum }: TokenShape, anchor: string, parts: string): string {
  const token = `${anchor}${parts}`;
  if (checksum === undefined) return token;
  const length = { github: 6, gitlab: 7, grafana: 8 }[checksum];
  const begun = token.slice(0, -length);
  return `${begun}${toChecksum(checksum, Buffer.from(begun, "latin1"), anchor.length)}`;
}

function makeParts(parts: readonly Part[], random: () => number): string {
  return parts
    .map((part) => {
      if ("literal" in part) return part.literal;
      const length = part.atLeast + Math.floor(random() * (part.atMost - part.atLeast + 1));
      return makeRun(part.characters, length, random);
    })
    .join("");
}

function membersOf(characters: CharacterClass): string[] {
  const members: string[] = [];
  for (let byte = 0; byte < 128; byte++) {
    const character = String.fromCharCode(byte);
    if (isOf(characters, byte) && !".%~".includes(character)) members.push(character);
  }
  return members;
}
