import type { Decoded, DecodedEscapes, Span } from "../../../../../agent/redact/decode/decoded.ts";
import {
  createMappedBytes,
  type MappedBytes,
} from "../../../../../agent/redact/decode/mapped-bytes.ts";
import { MAX_PIECE, PIECE_STEP } from "../../../../../agent/redact/decode/run-pieces.ts";
import type { Search } from "../../../../../agent/redact/search/detector.ts";
import { NEWLINE, type Text } from "../../../../../agent/redact/search/text.ts";
import type { EscapeSyntax } from "./escape-syntax.ts";

/** What is before the first escape and says what the secret is: the name of a variable, or of a header. */
const MAX_BEFORE = 128;
/** Escapes so far from one another have nothing to do with one another. */
const MAX_GAP = 4096;

/**
 * What stands in a line when its escapes are read, from a bit before the first of them on. Asked where a lead stands. Only the first escape is asked:
 * looking for one before it costs as much as the gap between them, so that a line costs its length.
 */
export function decodeEscaped(
  syntax: EscapeSyntax,
  { text, position: first }: { readonly text: Text; readonly position: number },
  search: Pick<Search, "goesOn">,
): DecodedEscapes {
  if (!isTelling(syntax, text, first) || hasOneBefore(syntax, text, first)) {
    return { decoded: [], through: 0 };
  }
  const pieces: Decoded[] = [];
  let from = findBeginning(text, first);
  let lastEscape = first;
  for (;;) {
    const piece = decodePiece(syntax, text, { from, lastEscape });
    if (piece.end === "open") {
      search.goesOn(pieces.length === 0 ? findWordStart(text, first, from) : from);
      return { decoded: pieces, through: text.end };
    }
    pieces.push(piece.mapped.toDecoded([syntax.encoding], piece.end));
    if (piece.next === undefined) return { decoded: pieces, through: piece.end };
    ({ from, lastEscape } = piece.next);
  }
}

interface Begun {
  readonly from: number;
  readonly lastEscape: number;
}

interface EscapedPiece {
  readonly mapped: MappedBytes;
  readonly end: number | "open";
  readonly next?: Begun;
}

function decodePiece(syntax: EscapeSyntax, text: Text, begun: Begun): EscapedPiece {
  const { bytes, end, isOpen } = text;
  const { lead } = syntax;
  const limit = Math.min(begun.from + MAX_PIECE, end);
  const step = begun.from + PIECE_STEP;
  const mapped = createMappedBytes();
  let next: Begun | undefined;
  let { from: at, lastEscape } = begun;
  let plainFrom = at;
  while (at < limit && at - lastEscape <= MAX_GAP) {
    const byte = bytes[at];
    if (byte === NEWLINE) break;
    if (at >= step) next ??= { from: at, lastEscape };
    const escape = byte === lead ? syntax.read(text, at) : undefined;
    if (escape === undefined) {
      at++;
      continue;
    }
    addPlain(mapped, bytes, { start: plainFrom, end: at });
    const { length, value, unit } = escape;
    if (escape.isTelling) lastEscape = at;
    if (unit === "byte") mapped.add(value, at, at + length);
    else if (unit === "code-point") {
      for (const encoded of toUtf8(value)) mapped.add(encoded, at, at + length);
    }
    at += length;
    plainFrom = at;
  }
  addPlain(mapped, bytes, { start: plainFrom, end: at });
  if (at >= end && isOpen) return { mapped, end: "open" };
  const isOver = at < limit || at >= end;
  return isOver || next === undefined ? { mapped, end: at } : { mapped, end: at, next };
}

/** What stands in the source as it is. */
function addPlain(mapped: MappedBytes, bytes: Uint8Array, { start, end }: Span): void {
  for (let at = start; at < end; at++) mapped.add(bytes[at] ?? 0, at, at + 1);
}

/** What is no code point, and a surrogate, is written as what stands for the unknown. */
function toUtf8(codePoint: number): Uint8Array {
  const isNone = codePoint > 0x10_ffff || (codePoint >= 0xd800 && codePoint < 0xe000);
  return Buffer.from(String.fromCodePoint(isNone ? 0xfffd : codePoint));
}

function isTelling(syntax: EscapeSyntax, text: Text, at: number): boolean {
  return (
    at < text.end && text.bytes[at] === syntax.lead && syntax.read(text, at)?.isTelling === true
  );
}

function hasOneBefore(syntax: EscapeSyntax, text: Text, first: number): boolean {
  const { bytes, start } = text;
  const last = Math.max(start, first - MAX_GAP);
  for (let at = first - 1; at >= last && bytes[at] !== NEWLINE; at--) {
    if (bytes[at] === syntax.lead && isTelling(syntax, text, at)) return true;
  }
  return false;
}

function findBeginning({ bytes, start }: Text, first: number): number {
  const last = Math.max(start, first - MAX_BEFORE);
  let at = first;
  while (at > last && bytes[at - 1] !== NEWLINE) at--;
  return at;
}

/** Where a secret with an escape in it would begin. */
function findWordStart({ bytes }: Text, first: number, last: number): number {
  let at = first;
  while (at > last && (bytes[at - 1] ?? 0) > 0x20) at--;
  return at;
}
