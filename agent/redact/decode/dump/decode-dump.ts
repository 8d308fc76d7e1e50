import type { Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import type { Decoded, DecodedEscapes, Origin } from "../decoded.ts";
import type { EscapeDecoder } from "../escape-decoder.ts";
import { isHexDigit } from "../hex-digits.ts";
import { mayHoldSecret } from "../listed-text.ts";
import { ANCHORED_DIGITS, dumpAnchors, isAnchored } from "./dump-anchors.ts";
import {
  type DumpLine,
  findDumpLine,
  findFollowing,
  findPreceding,
  findStep,
} from "./dump-line.ts";
import { findNotations, type ReadBytes } from "./dump-notations.ts";
import { createDumpedBytes } from "./dumped-bytes.ts";

/** So much of a dump is looked at at once. */
const MAX_PIECE = 65_536;
/** Some 4 KB of what is dumped: a longer secret that lies in two pieces is not seen as a whole. */
const OVERLAP = 16_384;
const ENCODINGS = ["dump"] as const;
const NONE: DecodedEscapes = { decoded: [], through: 0 };
/** Of one reading at a time. */
const dumped = createDumpedBytes();

/**
 * What is dumped by lines of bytes with an address before them: `xxd`, `hexdump`, `od` and their like. Who masks a byte of it masks
 * all of its line but the address: the characters at its end say what the digits say.
 */
export const dumpDecoder: EscapeDecoder = { anchors: dumpAnchors, decode: decodeDump };

function decodeDump(text: Text, position: number, search: Pick<Search, "goesOn">): DecodedEscapes {
  const addressEnd = position + ANCHORED_DIGITS;
  const asked = isHexDigit(text.bytes[addressEnd]) ? undefined : findDumpLine(text, addressEnd);
  if (asked === undefined) return NONE;
  if (asked === "open") {
    search.goesOn(position);
    return { decoded: [], through: text.end };
  }
  const decoded: Decoded[] = [];
  let from = findFirst(text, asked);
  while (from !== undefined) {
    const piece = readPiece(text, from);
    if (piece === "open") {
      search.goesOn(from.start);
      return { decoded, through: text.end };
    }
    decoded.push(...decodePiece(text, piece));
    if (piece.next === undefined) return { decoded, through: piece.through };
    from = piece.next;
  }
  return NONE;
}

/** Undefined where a line before was asked for. */
function findFirst(text: Text, asked: DumpLine): DumpLine | undefined {
  let first = asked;
  for (;;) {
    const preceding = findPreceding(text, first);
    if (preceding === undefined) return first;
    if (isAnchored(text, preceding)) return undefined;
    first = preceding;
  }
}

interface Piece {
  readonly lines: readonly DumpLine[];
  /** The first line of the next piece. */
  readonly next: DumpLine | undefined;
  /** The end of the dump, or the start of the next piece: a text may be cut there. */
  readonly through: number;
}

function readPiece(text: Text, first: DumpLine): Piece | "open" {
  const lines = [first];
  let next: DumpLine | undefined;
  for (let line = first; line.start - first.start < MAX_PIECE;) {
    const following = findFollowing(text, line);
    if (following === "open") return following;
    if (following === undefined) return { lines, next: undefined, through: line.end };
    lines.push(following);
    line = following;
    if (line.start - first.start >= MAX_PIECE - OVERLAP) next ??= line;
  }
  return { lines, next, through: next?.start ?? first.end };
}

function decodePiece(text: Text, { lines, through }: Piece): Decoded[] {
  const [first] = lines;
  const decoded: Decoded[] = [];
  for (const readBytes of first === undefined ? [] : findNotations(text, first)) {
    const ends = readLines(readBytes, text, lines);
    if (!mayHoldSecret(dumped.bytes)) continue;
    const origin = createOrigin(lines, ends);
    decoded.push({
      bytes: dumped.bytes.slice(),
      origin,
      encodings: ENCODINGS,
      through,
      isCut: false,
    });
  }
  return decoded;
}

/** How many bytes there are up to the end of each line. */
function readLines(readBytes: ReadBytes, text: Text, lines: readonly DumpLine[]): number[] {
  const ends: number[] = [];
  let most = Infinity;
  dumped.cut(0);
  let index = 0;
  for (const line of lines) {
    const start = dumped.length;
    readBytes(text, line, dumped);
    const following = lines[++index];
    // What is more than the next address tells is from the characters at the end of the line.
    if (following !== undefined)
      most = findStep(text, line, following, dumped.length - start) ?? most;
    dumped.cut(start + most);
    ends.push(dumped.length);
  }
  return ends;
}

function createOrigin(lines: readonly DumpLine[], ends: readonly number[]): Origin {
  return (start, end) => ({
    start: lines[findLine(ends, start)]?.maskStart ?? 0,
    end: lines[findLine(ends, end - 1)]?.end ?? 0,
  });
}

/** The first line that ends behind the byte. */
function findLine(ends: readonly number[], byte: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) > byte) high = middle;
    else low = middle + 1;
  }
  return low;
}
