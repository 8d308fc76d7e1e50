import type { Decoded } from "../../../../../agent/redact/decode/decoded.ts";
import type { Text } from "../../../../../agent/redact/search/text.ts";
import { backslash } from "./backslash.ts";
import { characterReference } from "./character-reference.ts";
import { decodeEscaped } from "./decode-escaped.ts";
import type { EscapeSyntax } from "./escape-syntax.ts";
import { percent } from "./percent.ts";
import { quotedPrintable } from "./quoted-printable.ts";

const SYNTAXES: readonly EscapeSyntax[] = [percent, backslash, characterReference, quotedPrintable];

/** What stands in a text when each kind of its escapes is read, the plain way: the scanner is held against it. */
export function decodeEscapesPlainly(text: Text): {
  readonly decoded: readonly Decoded[];
  readonly goesOnFrom: number;
} {
  const decoded: Decoded[] = [];
  let goesOnFrom = Infinity;
  const goesOn = (from: number): void => void (goesOnFrom = Math.min(from, goesOnFrom));
  for (const syntax of SYNTAXES) {
    let through = 0;
    for (const position of findLeads(syntax, text)) {
      if (position < through) continue;
      const found = decodeEscaped(syntax, { text, position }, { goesOn });
      if (found.through > position) ({ through } = found);
      decoded.push(...found.decoded.filter(({ bytes }) => bytes.length > 0));
    }
  }
  return { decoded, goesOnFrom };
}

function findLeads({ lead }: EscapeSyntax, { bytes, start, end }: Text): number[] {
  const positions: number[] = [];
  for (let at = start; at < end; at++) if (bytes[at] === lead) positions.push(at);
  return positions;
}
