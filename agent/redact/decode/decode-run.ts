import type { Search } from "../search/detector.ts";
import type { Text } from "../search/text.ts";
import type { Run } from "./decodable-runs.ts";
import type { Decoded, Origin } from "./decoded.ts";
import { inflate } from "./inflate.ts";
import { RADIXES, unpackBytes, type RunKind } from "./radix.ts";
import { cutRun, type RunPiece } from "./run-pieces.ts";
import { decodeWide } from "./wide-text.ts";

/**
 * What a run says, at each alignment at which it looks like text: its bytes, and what these bytes are the compressed form or
 * the UTF-16 of. A run that ends its line goes on in the lines behind it which look like its own.
 */
export function decodeRun(text: Text, run: Run, search: Pick<Search, "goesOn">): Decoded[] {
  return cutRun(text, run, search).flatMap((piece) =>
    toAlignments(run).flatMap((alignment) => decodePiece(run.kind, piece, alignment)),
  );
}

function toAlignments({ kind, alignments }: Run): number[] {
  const all = Array.from({ length: RADIXES[kind].charactersInGroup }, (_, alignment) => alignment);
  return all.filter((alignment) => (alignments & (1 << alignment)) !== 0);
}

function decodePiece(kind: RunKind, piece: RunPiece, alignment: number): Decoded[] {
  const bytes = unpackBytes(kind, piece.characters.subarray(alignment));
  if (bytes.length === 0) return [];
  const decoded: Decoded = {
    bytes,
    origin: createOrigin(kind, piece, alignment),
    encodings: [kind],
    through: piece.through,
    isCut: false,
  };
  return [decoded, ...inflate(decoded), ...decodeWide(decoded)];
}

/** Rounds outwards: a character at either end may hold bits of a byte that is not asked for, too. */
function createOrigin(kind: RunKind, piece: RunPiece, alignment: number): Origin {
  const { bits, charactersInGroup } = RADIXES[kind];
  const { length } = piece.characters;
  const missing = (length - alignment) % charactersInGroup;
  const paddingDue = missing === 0 ? 0 : charactersInGroup - missing;
  return (start, end) => {
    const first = alignment + Math.floor((start * 8) / bits);
    const last = alignment + Math.ceil((end * 8) / bits) - 1;
    const padding = last === length - 1 ? Math.min(piece.padding, paddingDue) : 0;
    return { start: piece.positionOf(first), end: piece.positionOf(last) + 1 + padding };
  };
}
