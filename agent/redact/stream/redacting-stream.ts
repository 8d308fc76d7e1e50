/** Finds secrets in a stream and shows it without them, the same however the stream is cut into pieces. */
import type { Span } from "../decode/decoded.ts";
import type { Found } from "../found.ts";
import type { Scanner } from "../scanner/scanner.ts";
import { findRunStart } from "../search/character-class.ts";
import type { Continuation } from "../search/find.ts";
import type { RankedFind, SearchResult, SecretSearch } from "../search/secret-search.ts";
import { findLineStart, NEWLINE, type Text } from "../search/text.ts";
import { createColumnCounter } from "./column-counter.ts";
import { createLateValues } from "./late-values.ts";
import { createMarkWriter } from "./mark-writer.ts";
import { type MaskedSpan, mergeSpans, moveOutOfSpans } from "./masked-spans.ts";
import type { StrippedText, Stripper } from "./stripped-text.ts";

export interface StreamOptions {
  /** Takes what is safe to show. The bytes are the stream's own and change after the call: write or copy them in it. */
  readonly emit: (bytes: Uint8Array) => void;
  readonly onFound?: (found: Found) => void;
  /** Whether `::add-mask::` and its like in the stream add values. Default true. */
  readonly masks?: boolean;
}

export interface RedactingStream {
  /** Room for more input, 64 KiB; valid until the next call of any method. `write` does both where the bytes are elsewhere. */
  room(): Uint8Array;
  /** So many bytes of the room were filled. */
  filled(byteCount: number): void;
  write(bytes: Uint8Array): void;
  /** Input has been silent for 200 ms: shows what is held, but not what may be the start of a secret. */
  release(): void;
  /** Whether `release` would show anything: no timer is needed otherwise. */
  readonly isHolding: boolean;
  /** No more input. What may be the start of a secret is masked. */
  end(): void;
}

/** What a stream needs; all streams of a redaction share it. */
export interface StreamParts {
  readonly scanner: Scanner;
  readonly stripper: Stripper;
  readonly search: SecretSearch;
  /** Whether the value is new. */
  readonly addMask: (value: Uint8Array) => boolean;
  /** Where the longest tail of the text begins that is the start of a known value. */
  readonly longestPartial: (text: Text) => number | undefined;
  /** Counts it. */
  readonly tell: (find: RankedFind, place: Place) => Found;
  /** The same where nobody wants to be told, as a fingerprint takes longer than all else. */
  readonly tellNobody: () => void;
  readonly memory: StreamMemory;
}

/** Of the line, from 1, and in it, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Memory of streams that have ended is that of the next ones. */
export interface StreamMemory {
  /** Where STREAM_BYTES of the scanner's memory begin. */
  take(): number;
  giveBack(at: number): void;
}

/**
 * Why a decision is due: more input came; nothing came for a while, which shows of a begun line what no secret begins in; there is
 * too much to hold more; the input has ended.
 */
type Occasion = "more" | "silent" | "too-much" | "end";

const ROOM_BYTES = 65_536;
/** A line that is longer is looked at before it ends, whenever there is so much more of it. */
const LONG_LINE_BYTES = 65_536;
/** How much of what goes on is held before it is decided as it stands. A key of 16,384 bits in PEM has 13 KB. */
const MAX_HELD_BYTES = 262_144;
/** How far detectors may look back in a line. */
const CONTEXT_BYTES = 4096;
/** Longest literal of an anchor, less one. */
const MAX_CUT_ANCHOR = 31;
/** A longer word at the end is none that a secret could be told of by what follows it. */
const MAX_CUT_WORD = 8192;
/** A shorter start of a secret says nothing of it, and masking it would mask any last letter. */
const MIN_MASKED_TAIL = 4;
/** What is held is looked at again when there is so much more of it: in sum that is linear. */
const GROWTH = 2;
/** Room, a line that was begun, and what is held, with what detectors look back on. */
export const STREAM_BYTES = MAX_HELD_BYTES + LONG_LINE_BYTES + 3 * ROOM_BYTES;

export function createRedactingStream(
  parts: StreamParts,
  { emit, onFound, masks = true }: StreamOptions,
): RedactingStream {
  const { scanner, stripper, search, longestPartial } = parts;
  const base = parts.memory.take();
  const writer = createMarkWriter(scanner, emit);
  const lateValues = createLateValues();
  /** Positions in the scanner's memory. What is before `decided` was shown. */
  let decided = base;
  let filled = base;
  /** Detectors look back to here: the start of a line, unless that is too far away. */
  let contextStart = base;
  let beginsLine = true;
  /** Bytes of the stream before `base`. */
  let passed = 0;
  let line = 1;
  /** So many undecided bytes are worth another look. */
  let nextLook = 0;
  /** Where the line that was begun has to be looked at next, and up to where it was searched for its end. */
  let longLineLook = base + LONG_LINE_BYTES;
  let searched = base;
  let continuation: Continuation | undefined;

  const decide = (limit: number, occasion: Occasion): void => {
    const stripped = stripper.strip({ from: contextStart, end: limit, beginsLine });
    if (!goOn(stripped, limit)) return;
    const isOpen = occasion !== "end" && occasion !== "too-much";
    const looked = look(stripped, isOpen);
    const cut = findCut(stripped, looked, { limit, occasion });
    if (cut <= decided) {
      nextLook = (limit - decided) * GROWTH;
      return;
    }
    nextLook = 0;
    const tail = occasion === "end" ? findTail(stripped, looked) : [];
    show(stripped, [...looked.finds, ...tail], cut);
  };

  /** Follows a secret that was masked up to the end of what there was. Whether there is something behind it. */
  const goOn = ({ text, toText, toInput }: StrippedText, limit: number): boolean => {
    if (continuation === undefined) return true;
    const reached = continuation.advance(text.bytes, toText(decided), text.end);
    const isOver = reached < text.end;
    const end = isOver ? toInput(reached) : limit;
    writer.goOnMasking(decided, end);
    pass(end);
    if (isOver) continuation = undefined;
    return isOver;
  };

  const look = (stripped: StrippedText, isOpen: boolean): SearchResult => {
    const toAbsolute = (position: number): number => passed + stripped.toInput(position) - base;
    const from = findLineStart({ ...stripped.text, isOpen }, stripped.toText(decided));
    let result = search.search({ ...stripped.text, isOpen }, from);
    const added = masks ? result.masks.filter(({ value }) => parts.addMask(value)) : [];
    for (const { value, lineEnd } of added) lateValues.add(value, toAbsolute(lineEnd));
    if (added.length > 0) result = search.search({ ...stripped.text, isOpen }, from);
    return lateValues.filter(result, toAbsolute);
  };

  /** Up to where is decided: neither what goes on, nor what the end of a begun line may be the start of. */
  const findCut = (
    { text, toInput }: StrippedText,
    { finds, goesOnFrom, units }: SearchResult,
    { limit, occasion }: { limit: number; occasion: Occasion },
  ): number => {
    if (occasion === "end") return limit;
    const { bytes, start, end } = text;
    const isWhole = bytes[end - 1] === NEWLINE;
    const isFollowed = finds.some((find) => find.continuation && find.end === end);
    let cut = Math.min(goesOnFrom, end);
    if (!isFollowed) {
      cut = Math.min(cut, longestPartial({ ...text, isOpen: true }) ?? end);
      if (!isWhole && occasion !== "silent") {
        const least = Math.max(start, end - MAX_CUT_WORD);
        const word = findRunStart(bytes, "visible", { from: end, to: least });
        cut = Math.min(cut, word, end - MAX_CUT_ANCHOR);
      }
    }
    if (cut >= end) return limit;
    const at = isWhole
      ? moveToLineStart(cut, { ...text, isOpen: true }, units)
      : moveOutOfSpans(cut, units, start);
    const found = toInput(Math.max(at, start));
    return occasion === "too-much" && found <= decided ? limit : found;
  };

  /** What is at the end of all input and may be the start of a secret. */
  const findTail = ({ text }: StrippedText, { finds }: SearchResult): RankedFind[] => {
    const open = { ...text, isOpen: true };
    const { tokenGoesOnFrom } = search.search(open, findLineStart(open, text.end));
    const start = Math.min(longestPartial(open) ?? text.end, tokenGoesOnFrom);
    const isMasked = finds.some(({ end }) => end === text.end);
    if (isMasked || text.end - start < MIN_MASKED_TAIL) return [];
    const secret = text.bytes.slice(start, text.end);
    const known = { rule: "start-of-secret", encodings: [], confidence: "likely" } as const;
    return [{ ...known, start, end: text.end, secret, rank: 0 }];
  };

  const show = (
    { text, toInput }: StrippedText,
    finds: readonly RankedFind[],
    cut: number,
  ): void => {
    const spans: MaskedSpan[] = [];
    for (const find of finds) {
      const start = Math.max(toInput(find.start), decided);
      const end = Math.min(toInput(find.end - 1) + 1, cut);
      if (end > start) spans.push({ start, end, find });
      if (end === cut && find.end === text.end) continuation ??= find.continuation;
    }
    const { bytes } = scanner.memory;
    const merged = mergeSpans(spans, (position) => bytes[position - 1] === NEWLINE);
    const columnOf = createColumnCounter(scanner, text.start);
    let counted = decided;
    let at = line;
    for (const { find } of merged) {
      const position = Math.max(toInput(find.start), counted);
      at += scanner.countNewlines(counted, position);
      counted = position;
      if (onFound === undefined) parts.tellNobody();
      else onFound(parts.tell(find, { line: at, column: columnOf(find.start) }));
    }
    writer.write({ from: decided, end: cut, spans: merged });
    pass(cut);
  };

  const pass = (to: number): void => {
    line += scanner.countNewlines(decided, to);
    decided = to;
    const lineStart = scanner.findLastLineStart(contextStart, to);
    const hasNewLine = lineStart > contextStart;
    const start = Math.max(lineStart, to - CONTEXT_BYTES);
    beginsLine = start === lineStart && (hasNewLine || beginsLine);
    contextStart = start;
    lateValues.forget(passed + to - base);
  };

  /**
   * However much input comes at a time, a long line is looked at in the same places, and as much of it is held: what is told of a
   * line depends on how much of it was there.
   */
  const decideMore = (): void => {
    for (;;) {
      const most = decided + MAX_HELD_BYTES;
      const hasLineEnd = scanner.findByte(NEWLINE, searched, Math.min(filled, longLineLook)) !== -1;
      if (!hasLineEnd && longLineLook <= Math.min(filled, most)) {
        searched = longLineLook;
        longLineLook += LONG_LINE_BYTES;
        decide(searched, "more");
      } else if (filled >= most) {
        decideHeld(most);
      } else {
        decideLines();
        return;
      }
    }
  };

  const decideHeld = (most: number): void => {
    const before = decided;
    const lineStart = scanner.findLastLineStart(decided, most);
    if (lineStart > decided) decide(lineStart, "more");
    if (decided === before) decide(most, "too-much");
  };

  const decideLines = (): void => {
    const lineStart = scanner.findLastLineStart(searched, filled);
    if (lineStart > searched) longLineLook = lineStart + LONG_LINE_BYTES;
    searched = filled;
    const limit = scanner.findLastLineStart(decided, filled);
    if (limit > decided && filled - decided >= nextLook) decide(limit, "more");
  };

  /** What was decided and no detector looks back on makes room. */
  const compact = (): void => {
    const shift = contextStart - base;
    if (shift === 0) return;
    scanner.memory.bytes.copyWithin(base, contextStart, filled);
    passed += shift;
    contextStart -= shift;
    decided -= shift;
    filled -= shift;
    longLineLook -= shift;
    searched -= shift;
  };

  const take = (byteCount: number): void => {
    filled += byteCount;
    decideMore();
    compact();
  };

  return {
    room: () => scanner.memory.bytes.subarray(filled, filled + ROOM_BYTES),
    filled: take,
    write(bytes) {
      for (let at = 0; at < bytes.length; at += ROOM_BYTES) {
        const part = bytes.subarray(at, at + ROOM_BYTES);
        scanner.memory.bytes.set(part, filled);
        take(part.length);
      }
    },
    release() {
      const lineStart = scanner.findLastLineStart(decided, filled);
      if (lineStart > decided) decide(lineStart, "silent");
      if (filled > decided) decide(filled, "silent");
      compact();
    },
    get isHolding() {
      return filled > decided;
    },
    end() {
      if (filled > decided) decide(filled, "end");
      parts.memory.giveBack(base);
    },
  };
}

/** The last start of a line at `cut` or before it that is in none of the spans. */
function moveToLineStart(cut: number, text: Text, spans: readonly Span[]): number {
  let at = cut;
  for (;;) {
    const lineStart = findLineStart(text, at);
    at = moveOutOfSpans(lineStart, spans, text.start);
    if (at === lineStart) return at;
  }
}
