import type { Search } from "../search/detector.ts";
import type { Text } from "../search/text.ts";
import type { Run } from "./decodable-runs.ts";
import type { Decoded, Origin } from "./decoded.ts";
import { inflate } from "./inflate.ts";
import { mayHoldSecret } from "./listed-text.ts";
import { RADIXES, unpackBytes, type RunKind } from "./radix.ts";
import { cutRun, type RunPiece } from "./run-pieces.ts";
import { decodeWide } from "./wide-text.ts";

const NO_BYTES = new Uint8Array(0);
/** By kind; lists that are made once, because floods of short runs are decoded a million times. */
const ENCODINGS = { base32: ["base32"], base64: ["base64"], hex: ["hex"] } as const;

/**
 * What a run says, at each alignment at which it looks like text: its bytes, and what these bytes are the compressed form or
 * the UTF-16 of. A run that ends its line goes on in the lines behind it which look like its own.
 */
export function decodeRun(text: Text, run: Run, search: Pick<Search, "goesOn">): Decoded[] {
  const { kind, alignments } = run;
  const { charactersInGroup } = RADIXES[kind];
  const decoded: Decoded[] = [];
  for (const piece of cutRun(text, run, search)) {
    for (let alignment = 0; alignment < charactersInGroup; alignment++) {
      if ((alignments & (1 << alignment)) !== 0) decodePiece(decoded, { kind, piece, alignment });
    }
  }
  return decoded;
}

interface Aligned {
  readonly kind: RunKind;
  readonly piece: RunPiece;
  readonly alignment: number;
}

function decodePiece(decoded: Decoded[], aligned: Aligned): void {
  const { kind, piece, alignment } = aligned;
  const bytes = unpackBytes(kind, piece.characters, alignment);
  if (bytes.length === 0) return;
  const one: Decoded = {
    bytes,
    origin: createOrigin(aligned),
    encodings: ENCODINGS[kind],
    through: piece.through,
    isCut: false,
  };
  const inflated = inflate(one);
  if (inflated !== undefined) decoded.push(inflated);
  if (!mayHoldSecret(bytes)) {
    // What is packed is no text, and neither are the bytes of it: there is but how far they go.
    decoded.push({ ...one, bytes: NO_BYTES });
    return;
  }
  decoded.push(one);
  const narrow = decodeWide(one);
  if (narrow !== undefined) decoded.push(narrow);
}

/** Rounds outwards: a character at either end may hold bits of a byte that is not asked for, too. */
function createOrigin({ kind, piece, alignment }: Aligned): Origin {
  return (start, end) => {
    const { bits, charactersInGroup } = RADIXES[kind];
    const { length } = piece.characters;
    const missing = (length - alignment) % charactersInGroup;
    const paddingDue = missing === 0 ? 0 : charactersInGroup - missing;
    const first = alignment + Math.floor((start * 8) / bits);
    const last = alignment + Math.ceil((end * 8) / bits) - 1;
    const padding = last === length - 1 ? Math.min(piece.padding, paddingDue) : 0;
    return { start: piece.positionOf(first), end: piece.positionOf(last) + 1 + padding };
  };
}
