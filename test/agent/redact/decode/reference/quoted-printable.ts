import { CARRIAGE_RETURN, NEWLINE, type Text } from "../../../../../agent/redact/search/text.ts";
import type { Escape, EscapeSyntax } from "./escape-syntax.ts";
import { readHex } from "./read-hex.ts";

const EQUALS = 0x3d;
/** Encoders fill their lines of 76 characters. What is shorter and ends in `=` is a name without a value. */
const FULL_LINE = { least: 70, most: 76 };

/**
 * RFC 2045, section 6.7. An equals sign and two digits stand in every other log, so telling are but an equals sign itself,
 * escapes in a row, and a full line that goes on.
 */
export const quotedPrintable: EscapeSyntax = {
  encoding: "quoted-printable",
  lead: EQUALS,
  read(text, at) {
    const { bytes, end } = text;
    const value = readHex(bytes, at + 1, { digits: 2, end });
    if (value === undefined) return readSoftBreak(text, at);
    const isRow = value >= 0x20 && value < 0x80 && at + 3 < end && bytes[at + 3] === EQUALS;
    return { length: 3, value, unit: "byte", isTelling: isRow || value === EQUALS };
  },
};

function readSoftBreak(text: Text, at: number): Escape | undefined {
  const { bytes, end } = text;
  const isCarriageReturn = bytes[at + 1] === CARRIAGE_RETURN;
  const length = isCarriageReturn ? 3 : 2;
  if (at + length > end || bytes[at + length - 1] !== NEWLINE) return undefined;
  const lineLength = at + 1 - findStartWithin(text, at, FULL_LINE.most);
  const isFull = lineLength >= FULL_LINE.least && lineLength <= FULL_LINE.most;
  return isFull ? { length, value: 0, unit: "nothing", isTelling: true } : undefined;
}

/** Of the line that holds `position`, or of something longer than `most`. */
function findStartWithin({ bytes, start }: Text, position: number, most: number): number {
  let at = position;
  while (at > start && position - at <= most && bytes[at - 1] !== NEWLINE) at--;
  return at;
}
