import type { Search } from "../search/detector.ts";
import { NEWLINE, type Text } from "../search/text.ts";
import type { Decoded } from "./decoded.ts";
import type { EscapeDecoder } from "./escape-decoder.ts";
import { isPrintable, MIN_ALTERNATING } from "./looks-like-text.ts";
import { MAX_PIECE, PIECE_STEP } from "./run-pieces.ts";

const NUL = 0;
const PRINTABLE = Array.from({ length: 0x7f }, (_, byte) => byte).filter(isWidePrintable);
/** By byte. What is of one kind is followed by what is of the other. */
const [OF_CHARACTER, OF_NUL] = [1, 2] as const;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === NUL) return OF_NUL;
  return isWidePrintable(byte) ? OF_CHARACTER : 0;
});
const ENCODINGS = ["utf-16"] as const;

/** The rest of a line in UTF-16, from its first characters on: asked at the NUL before a character. */
export const wideLineDecoder: EscapeDecoder = {
  // No log has these but where something of it is UTF-16.
  anchors: PRINTABLE.map((byte) => ({
    literal: `\0${String.fromCharCode(byte)}\0`,
    notInRowOf: "printable",
  })),
  decode(text, position, search) {
    const decoded = decodeWideLine(text, position, search);
    return { decoded, through: decoded.at(-1)?.through ?? 0 };
  },
};

function decodeWideLine(text: Text, position: number, search: Pick<Search, "goesOn">): Decoded[] {
  const { bytes, start, end, isOpen } = text;
  const hasCharacterBefore = position > start && isWidePrintable(bytes[position - 1]);
  if (hasCharacterBefore && position - 2 >= start && bytes[position - 2] === NUL) return [];
  const first = hasCharacterBefore ? position - 1 : position;
  const stretchEnd = findWideEnd(text, first);
  const pieces: Decoded[] = [];
  let from = first;
  for (; stretchEnd - from > MAX_PIECE; from += PIECE_STEP) {
    pieces.push(toNarrow(bytes, from, from + MAX_PIECE));
  }
  if (isOpen && stretchEnd === end) search.goesOn(from);
  else if (stretchEnd - from >= MIN_ALTERNATING) pieces.push(toNarrow(bytes, from, stretchEnd));
  return pieces;
}

function findWideEnd({ bytes, end }: Text, first: number): number {
  let at = first;
  let expected: number = bytes[first] === NUL ? OF_NUL : OF_CHARACTER;
  while (at < end && KINDS[bytes[at] ?? 0] === expected) {
    expected = OF_CHARACTER + OF_NUL - expected;
    at++;
  }
  return at;
}

function isWidePrintable(byte: number | undefined): boolean {
  return byte !== undefined && byte !== NEWLINE && isPrintable(byte);
}

/** Every other byte is a character. */
function toNarrow(bytes: Uint8Array, start: number, end: number): Decoded {
  const first = bytes[start] === NUL ? start + 1 : start;
  const narrow = new Uint8Array(Math.ceil((end - first) / 2));
  for (let index = 0; index < narrow.length; index++) narrow[index] = bytes[first + 2 * index] ?? 0;
  return {
    bytes: narrow,
    origin: (from, to) => ({ start: first + 2 * from, end: first + 2 * to - 1 }),
    encodings: ENCODINGS,
    through: end,
    isCut: false,
  };
}
