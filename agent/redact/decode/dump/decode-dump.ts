import type { Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import type { Decoded, DecodedEscapes, Origin } from "../decoded.ts";
import { isHexDigit } from "../hex-digits.ts";
import { mayHoldSecret } from "../listed-text.ts";
import { ANCHORED_DIGITS, isAnchored } from "./dump-anchors.ts";
import {
  type DumpLine,
  findDumpLine,
  findFollowing,
  findPreceding,
  findSteps,
} from "./dump-line.ts";
import { findNotations, type ReadBytes } from "./dump-notations.ts";

/** So much of a dump is looked at at once. */
const MAX_PIECE = 65_536;
/** Some 4 KB of what is dumped: a longer secret that lies in two pieces is not seen as a whole. */
const OVERLAP = 16_384;
const NONE: DecodedEscapes = { decoded: [], through: 0 };

/**
 * What is dumped by lines of bytes with an address before them: `xxd`, `hexdump`, `od` and their like. Asked where an anchor stands.
 * Who masks a byte of it masks all of its line but the address: the characters at its end say what the digits say.
 */
export function decodeDump(
  text: Text,
  position: number,
  search: Pick<Search, "goesOn">,
): DecodedEscapes {
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
  const notations = first === undefined ? [] : findNotations(text, first);
  return notations.flatMap((readBytes) => {
    const { bytes, ends } = readLines(readBytes, text, lines);
    if (!mayHoldSecret(bytes)) return [];
    return [
      { bytes, origin: createOrigin(lines, ends), encodings: ["dump"], through, isCut: false },
    ];
  });
}

interface LinesRead {
  readonly bytes: Uint8Array;
  /** How many bytes there are up to the end of each line. */
  readonly ends: readonly number[];
}

function readLines(readBytes: ReadBytes, text: Text, lines: readonly DumpLine[]): LinesRead {
  const values: number[] = [];
  const ends: number[] = [];
  let most = Infinity;
  for (const [index, line] of lines.entries()) {
    const start = values.length;
    readBytes(text, line, values);
    const count = values.length - start;
    const following = lines[index + 1];
    const steps = following === undefined ? [] : findSteps(text, line, following);
    // What is more than the next address tells is from the characters at the end of the line.
    most = steps.find((step) => step <= count) ?? most;
    values.length = start + Math.min(count, most);
    ends.push(values.length);
  }
  return { bytes: Uint8Array.from(values), ends };
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
