import { CLASS_BITS, isOf, toClassBit, type CharacterClass } from "../search/character-class.ts";
import type { Find } from "../search/find.ts";
import { NEWLINE, type Text } from "../search/text.ts";
import type { Matcher } from "./matcher.ts";
import type { AwsAccessKeyShape } from "./shape.ts";
import { createTokenMatcher } from "./token-matcher.ts";
import type { TokensOfAClass } from "./tokens-of-a-class.ts";

/** A credentials file, an answer of the API, a table: the secret comes in the id's line or the two after it. */
const MAX_NEWLINES = 2;
const MAX_DISTANCE = 192;
const SECRET_LENGTH = 40;
const SECRET_BIT = toClassBit("base64");
const SECRET_RULE = "aws-secret-access-key";

/** The id is a token as others are; the secret is looked for where one was found. */
export function createAwsAccessKeyMatcher(
  shape: AwsAccessKeyShape,
  literal: string,
  tokensOf: (characters: CharacterClass) => TokensOfAClass,
): Matcher {
  const ids = createTokenMatcher({ ...shape, kind: "token" }, literal, tokensOf);
  return {
    anchor: ids.anchor,
    inspect(text, position, search) {
      const found: Find[] = [];
      const isId = ids.inspect(text, position, {
        add: (find) => void found.push(find),
        goesOn: (from) => search.goesOn(from),
      });
      for (const id of found) {
        if (isWithinRun(text, id)) continue;
        search.add(id);
        const start = findSecretBeside(text, id.end);
        if (start === "goes-on") search.goesOn(position);
        else if (start !== "none") search.add(toSecret(start));
      }
      return isId;
    },
  };
}

/** Of long base64, which may well hold the letters of an id; what stands in front of one is only at times a letter. */
function isWithinRun({ bytes, start, end }: Text, id: Find): boolean {
  return (
    id.start > start &&
    id.end < end &&
    isOf("alphanumeric", bytes[id.start - 1]) &&
    isOf("alphanumeric", bytes[id.end])
  );
}

function findSecretBeside(text: Text, from: number): number | "none" | "goes-on" {
  const { bytes, end: textEnd } = text;
  const to = Math.min(from + MAX_DISTANCE, textEnd);
  let newlines = 0;
  let at = from;
  while (at < to) {
    let end = at;
    while (end < to && ((CLASS_BITS[bytes[end] ?? 0] ?? 0) & SECRET_BIT) !== 0) end++;
    if (end - at === SECRET_LENGTH && end < to && isMixed(bytes, at, end)) return at;
    if (end === to) break;
    if (bytes[end] === NEWLINE && ++newlines > MAX_NEWLINES) return "none";
    at = end + 1;
  }
  if (to === textEnd && text.isOpen) return "goes-on";
  const isWhole = textEnd - at === SECRET_LENGTH && to === textEnd;
  return isWhole && isMixed(bytes, at, textEnd) ? at : "none";
}

/** Commits and paths are as long, but not made of all three. */
function isMixed(bytes: Uint8Array, from: number, to: number): boolean {
  const run = bytes.subarray(from, to);
  return (["upper", "lower", "digit"] as const).every((characters) =>
    run.some((byte) => isOf(characters, byte)),
  );
}

function toSecret(start: number): Find {
  return {
    rule: SECRET_RULE,
    start,
    end: start + SECRET_LENGTH,
    encodings: [],
    confidence: "likely",
  };
}
