import { decimalListDecoder } from "./decimal-list.ts";
import { dumpDecoder } from "./dump/decode-dump.ts";
import type { EscapeDecoder } from "./escape-decoder.ts";
import { separatedHexDecoders } from "./separated-hex.ts";
import { wideLineDecoder } from "./wide-line.ts";

/** The same digits may be an address, hex and decimal: each decoder knows for itself what it has read. */
export const escapeDecoders: readonly EscapeDecoder[] = [
  ...separatedHexDecoders,
  decimalListDecoder,
  dumpDecoder,
  wideLineDecoder,
];
