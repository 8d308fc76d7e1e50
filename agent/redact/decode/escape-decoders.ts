import { backslash } from "./backslash.ts";
import { characterReference } from "./character-reference.ts";
import { decimalListDecoder } from "./decimal-list.ts";
import { decodeEscaped } from "./decode-escaped.ts";
import { dumpDecoder } from "./dump/decode-dump.ts";
import type { EscapeDecoder } from "./escape-decoder.ts";
import type { EscapeSyntax } from "./escape-syntax.ts";
import { percent } from "./percent.ts";
import { quotedPrintable } from "./quoted-printable.ts";
import { separatedHexDecoders } from "./separated-hex.ts";
import { wideLineDecoder } from "./wide-line.ts";

/** The same digits may be an address, hex and decimal: each decoder knows for itself what it has read. */
export const escapeDecoders: readonly EscapeDecoder[] = [
  ...[percent, backslash, characterReference, quotedPrintable].map(toDecoder),
  ...separatedHexDecoders,
  decimalListDecoder,
  dumpDecoder,
  wideLineDecoder,
];

function toDecoder(syntax: EscapeSyntax): EscapeDecoder {
  return {
    anchors: syntax.anchors,
    decode: (text, position, search) => decodeEscaped(syntax, { text, position }, search),
  };
}
