import type { Search } from "../search/detector.ts";
import type { Encoding } from "../search/find.ts";
import { NEWLINE, type Text } from "../search/text.ts";
import type { Decoded, DecodedEscapes } from "./decoded.ts";
import { mayHoldSecret } from "./listed-text.ts";
import { createMappedBytes } from "./mapped-bytes.ts";
import { MAX_PIECE, PIECE_STEP } from "./run-pieces.ts";

/** How one byte of a list is written. */
export interface ElementSyntax {
  readonly encoding: Encoding;
  /** After the element that begins at `at`, or -1. */
  findEnd(text: Text, at: number): number;
  /** Where the element begins that ends before `end`, or -1. */
  findStart(text: Text, end: number): number;
  valueOf(bytes: Uint8Array, start: number, end: number): number;
  /** Whether an anchor says of this element that there is a list; it may do where this says no. */
  isAnchored(text: Text, start: number, separator: number): boolean;
}

export interface AskedList {
  readonly syntax: ElementSyntax;
  /** What stands between two elements; blanks and a line break may follow it, and may be all there is. */
  readonly separator: number;
  /** Where an element begins. */
  readonly element: number;
}

/** Between two bytes: indentation of the next line. */
const MAX_SEPARATION = 32;
/** `0x41`, `255`, and that no digit follows. */
const MAX_ELEMENT = 5;
const BLANK = 0x20;

/**
 * Bytes that are listed one by one, over as many lines as they take. All of a list is looked at where it is asked for first, be it
 * text or not.
 */
export function decodeByteList(
  text: Text,
  asked: AskedList,
  search: Pick<Search, "goesOn">,
): DecodedEscapes {
  const decoded: Decoded[] = [];
  let from = findBeginning(text, asked);
  let through = from ?? 0;
  while (from !== undefined) {
    const piece = decodePiece(text, asked, from);
    if (piece.isOpen) {
      search.goesOn(from);
      return { decoded, through: text.end };
    }
    ({ end: through, next: from } = piece);
    if (piece.decoded !== undefined) decoded.push(piece.decoded);
  }
  return { decoded, through };
}

/** Where the next element begins, when what is between is the separator, blanks and one line break; else -1. */
export function skipSeparation({ bytes, end }: Text, separator: number, from: number): number {
  const last = Math.min(end, from + MAX_SEPARATION);
  let at = from;
  let separators = 0;
  let newlines = 0;
  for (; at < last; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === separator && separator !== BLANK) separators++;
    else if (byte === NEWLINE) newlines++;
    else if (byte > BLANK) break;
  }
  const isSeparated = separator === BLANK ? at > from : separators === 1;
  return isSeparated && newlines <= 1 ? at : -1;
}

interface Piece {
  /** Undefined where it is no text. */
  readonly decoded?: Decoded | undefined;
  readonly end: number;
  /** Where the next piece of the list begins. */
  readonly next?: number | undefined;
  /** More of it may come. */
  readonly isOpen: boolean;
}

/** The next piece begins with a line where it can, so that it is the same wherever the text begins. */
function decodePiece(text: Text, { syntax, separator }: AskedList, first: number): Piece {
  const { bytes } = text;
  const mapped = createMappedBytes();
  let end = first;
  let next: number | undefined;
  let isNextLine = false;
  let isOver = true;
  for (let at = first; ;) {
    const elementEnd = syntax.findEnd(text, at);
    if (elementEnd === -1) break;
    end = elementEnd;
    mapped.add(syntax.valueOf(bytes, at, end), at, end);
    at = skipSeparation(text, separator, end);
    if (at === -1) break;
    if (at - first < PIECE_STEP) continue;
    if (!isNextLine) {
      isNextLine = isLineBetween(bytes, end, at);
      if (isNextLine) next = at;
      else next ??= at;
    }
    isOver = at - first < MAX_PIECE;
    if (!isOver) break;
  }
  if (text.isOpen && isNearEnd(text, end)) return { end, isOpen: true };
  const begun = isOver ? undefined : next;
  // A text may be cut where the next piece begins.
  return {
    end,
    decoded: mayHoldSecret(mapped.bytes)
      ? mapped.toDecoded([syntax.encoding], begun ?? end)
      : undefined,
    next: begun,
    isOpen: false,
  };
}

function isLineBetween(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === NEWLINE) return true;
  return false;
}

/**
 * Of the list that `element` is of; undefined where an element before it was asked for already. Lines before are of the list where they
 * were asked for: otherwise they may have been shown.
 */
function findBeginning(text: Text, { syntax, separator, element }: AskedList): number | undefined {
  let first = element;
  let beginning = element;
  let isSameLine = true;
  for (;;) {
    const end = skipSeparationBack(text, separator, first);
    const start = end === first ? -1 : syntax.findStart(text, end);
    if (start === -1 || skipSeparation(text, separator, end) !== first) return beginning;
    isSameLine &&= !isLineBetween(text.bytes, end, first);
    first = start;
    if (syntax.isAnchored(text, first, separator)) return undefined;
    if (isSameLine) beginning = first;
  }
}

function skipSeparationBack({ bytes, start }: Text, separator: number, from: number): number {
  const last = Math.max(start, from - MAX_SEPARATION);
  let at = from;
  while (at > last && ((bytes[at - 1] ?? 0) <= BLANK || bytes[at - 1] === separator)) at--;
  return at;
}

function isNearEnd({ end }: Text, at: number): boolean {
  return end - at < MAX_SEPARATION + MAX_ELEMENT;
}
