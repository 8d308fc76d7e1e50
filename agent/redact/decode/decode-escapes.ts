import type { Anchor, Search } from "../search/detector.ts";
import type { Text } from "../search/text.ts";
import { backslash } from "./backslash.ts";
import { characterReference } from "./character-reference.ts";
import { decimalListAnchors, decodeDecimalList } from "./decimal-list.ts";
import { decodeEscaped } from "./decode-escaped.ts";
import type { Decoded, DecodedEscapes } from "./decoded.ts";
import { decodeDump } from "./dump/decode-dump.ts";
import { dumpAnchors } from "./dump/dump-anchors.ts";
import type { EscapeSyntax } from "./escape-syntax.ts";
import { isHexDigit } from "./hex-digits.ts";
import { percent } from "./percent.ts";
import { quotedPrintable } from "./quoted-printable.ts";
import { decodeSeparatedHex, isBetweenBytes, separatedHexAnchors } from "./separated-hex.ts";
import { decodeWideLine, wideAnchors } from "./wide-line.ts";

const SYNTAXES: readonly EscapeSyntax[] = [percent, backslash, characterReference, quotedPrintable];
const NUL = 0;

/** Where `decodeEscapes` is to be asked. */
export const escapeAnchors: readonly Anchor[] = [
  ...SYNTAXES.flatMap(({ anchors }) => anchors),
  ...separatedHexAnchors,
  ...decimalListAnchors,
  ...dumpAnchors,
  ...wideAnchors,
];

/** What an anchor is the beginning of, by its first character: addresses and numbers share theirs. */
export function decodeEscapes(
  text: Text,
  position: number,
  search: Pick<Search, "goesOn">,
): DecodedEscapes {
  const byte = text.bytes[position];
  if (byte === NUL) return toEscapes(decodeWideLine(text, position, search));
  if (mayBeListed(byte)) return decodeListed(text, position, search);
  const syntax = SYNTAXES.find(({ lead }) => lead === byte) ?? quotedPrintable;
  return decodeEscaped(syntax, { text, position }, search);
}

/** Digits, or what stands before them. */
function mayBeListed(byte: number | undefined): boolean {
  return isHexDigit(byte) || isBetweenBytes(byte);
}

/** The same digits may be an address, hex or decimal. */
function decodeListed(
  text: Text,
  position: number,
  search: Pick<Search, "goesOn">,
): DecodedEscapes {
  const readings = [decodeDump, decodeSeparatedHex, decodeDecimalList].map((decode) =>
    decode(text, position, search),
  );
  const throughs = readings.map(({ through }) => through).filter((through) => through > position);
  return {
    decoded: readings.flatMap(({ decoded }) => decoded),
    // What is but in one of them is asked for again.
    through: throughs.length === 0 ? 0 : Math.min(...throughs),
  };
}

function toEscapes(decoded: readonly Decoded[]): DecodedEscapes {
  return { decoded, through: decoded.at(-1)?.through ?? 0 };
}
