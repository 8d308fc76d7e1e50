import type { Anchor, Search } from "../search/detector.ts";
import type { Text } from "../search/text.ts";
import { backslash } from "./backslash.ts";
import { characterReference } from "./character-reference.ts";
import { decodeEscaped } from "./decode-escaped.ts";
import type { Decoded, DecodedEscapes } from "./decoded.ts";
import type { EscapeSyntax } from "./escape-syntax.ts";
import { percent } from "./percent.ts";
import { quotedPrintable } from "./quoted-printable.ts";
import { decodeSeparatedHex, isSeparator, separatedHexAnchors } from "./separated-hex.ts";
import { decodeWideLine, wideAnchors } from "./wide-line.ts";

const SYNTAXES: readonly EscapeSyntax[] = [percent, backslash, characterReference, quotedPrintable];
const NUL = 0;

/** Where `decodeEscapes` is to be asked. */
export const escapeAnchors: readonly Anchor[] = [
  ...SYNTAXES.flatMap(({ anchors }) => anchors),
  ...separatedHexAnchors,
  ...wideAnchors,
];

/** What an anchor is the beginning of: no two kinds of anchors begin with the same character. */
export function decodeEscapes(
  text: Text,
  position: number,
  search: Pick<Search, "goesOn">,
): DecodedEscapes {
  const byte = text.bytes[position];
  if (byte === NUL) return toEscapes(decodeWideLine(text, position, search));
  if (isSeparator(byte)) return decodeSeparatedHex(text, position, search);
  const syntax = SYNTAXES.find(({ lead }) => lead === byte) ?? quotedPrintable;
  return decodeEscaped(syntax, { text, position }, search);
}

function toEscapes(decoded: readonly Decoded[]): DecodedEscapes {
  return { decoded, through: decoded.at(-1)?.through ?? 0 };
}
