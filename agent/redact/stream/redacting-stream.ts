/** Finds secrets in a stream and shows it without them, the same however the stream is cut into pieces. */
import type { Found } from "../found.ts";
import type { Scanner } from "../scanner/scanner.ts";
import type { Continuation } from "../search/find.ts";
import type { RankedFind, SearchResult, SecretSearch } from "../search/secret-search.ts";
import { findLineStart, NEWLINE } from "../search/text.ts";
import { createDecisionSchedule, type Decide, type Occasion } from "./decision-schedule.ts";
import { findCut, type LongestPartial } from "./find-cut.ts";
import { findTail } from "./find-tail.ts";
import { createInputWindow, type InputWindow, ROOM_BYTES } from "./input-window.ts";
import { createLateValues } from "./late-values.ts";
import { createMarkWriter } from "./mark-writer.ts";
import { type MaskedSpan, mergeSpans } from "./masked-spans.ts";
import { createPlaceCounter, type Place } from "./place-counter.ts";
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
  readonly longestPartial: LongestPartial;
  /** Counts it, and keeps of the secret a fingerprint alone. */
  readonly toFound: (find: RankedFind, place: Place) => Found;
  /** The same where nobody wants to be told, as a fingerprint takes longer than all else. */
  readonly countFound: () => void;
  readonly countNotDecoded: (count: number) => void;
  readonly memory: StreamMemory;
}

/** Memory of streams that have ended is that of the next ones. */
export interface StreamMemory {
  /** Where STREAM_BYTES of the scanner's memory begin. */
  take(): number;
  giveBack(at: number): void;
}

export function createRedactingStream(parts: StreamParts, options: StreamOptions): RedactingStream {
  const { scanner, memory } = parts;
  const base = memory.take();
  const window = createInputWindow(scanner, base);
  const schedule = createDecisionSchedule(scanner, window, createDecide(parts, options, window));
  const compact = (): void => schedule.shift(window.compact());
  const take = (byteCount: number): void => {
    window.fill(byteCount);
    schedule.more();
    compact();
  };
  return {
    room: () => window.room(),
    filled: take,
    write(bytes) {
      for (let at = 0; at < bytes.length; at += ROOM_BYTES) {
        const part = bytes.subarray(at, at + ROOM_BYTES);
        window.room().set(part);
        take(part.length);
      }
    },
    release() {
      schedule.silent();
      compact();
    },
    get isHolding() {
      return window.filled > window.decided;
    },
    end() {
      schedule.end();
      memory.giveBack(base);
    },
  };
}

function createDecide(parts: StreamParts, options: StreamOptions, window: InputWindow): Decide {
  const { scanner, stripper } = parts;
  const { emit, onFound, masks = true } = options;
  const writer = createMarkWriter(scanner, emit);
  const look = createLook(parts, window, masks);
  let continuation: Continuation | undefined;

  /** Follows a secret that was masked up to the end of what there was. Whether there is something behind it. */
  const goOn = ({ asText, toText, toInput, end }: StrippedText, limit: number): boolean => {
    if (continuation === undefined) return true;
    const reached = continuation.advance(asText(true).bytes, toText(window.decided), end);
    const isOver = reached < end;
    const to = isOver ? toInput(reached) : limit;
    writer.goOnMasking(window.decided, to);
    window.pass(to);
    if (isOver) continuation = undefined;
    return isOver;
  };

  /** What is looked at more than once counts when it is shown. */
  const countNotDecoded = (
    stripped: StrippedText,
    positions: readonly number[],
    cut: number,
  ): void => {
    const isShown = (position: number): boolean => {
      const place = stripped.toInput(position);
      return place >= window.decided && place < cut;
    };
    parts.countNotDecoded(positions.filter(isShown).length);
  };

  const show = (stripped: StrippedText, finds: readonly RankedFind[], cut: number): void => {
    const { decided: from, line } = window;
    const spans: MaskedSpan[] = [];
    for (const find of finds) {
      const start = Math.max(stripped.toInput(find.start), from);
      const end = Math.min(stripped.toInput(find.end - 1) + 1, cut);
      if (end > start) spans.push({ start, end, find });
      if (end === cut && find.end === stripped.end) continuation ??= find.continuation;
    }
    const { bytes } = scanner.memory;
    const merged = mergeSpans(spans, (position) => bytes[position - 1] === NEWLINE);
    const placeOf = createPlaceCounter(scanner, { from, line, textStart: stripped.start });
    for (const { find } of merged) {
      if (onFound === undefined) parts.countFound();
      else onFound(parts.toFound(find, placeOf(stripped.toInput(find.start), find.start)));
    }
    writer.write({ from, end: cut, spans: merged });
    window.pass(cut);
  };

  return (limit, occasion) => {
    const { contextStart, beginsLine } = window;
    const stripped = stripper.strip({ from: contextStart, end: limit, beginsLine });
    if (!goOn(stripped, limit)) return true;
    const looked = look(stripped, occasion !== "end" && occasion !== "too-much");
    const cut = decideUpTo(parts, { stripped, looked, limit, occasion, decided: window.decided });
    if (cut <= window.decided) return false;
    const tail = occasion === "end" ? findTail(stripped.asText(true), looked.finds, parts) : [];
    countNotDecoded(stripped, looked.notDecoded, cut);
    show(stripped, [...looked.finds, ...tail], cut);
    return true;
  };
}

type Look = (stripped: StrippedText, isOpen: boolean) => SearchResult;

/** Searches what is not decided, and again where it says itself of more values that they are secret. */
function createLook({ search, addMask }: StreamParts, window: InputWindow, masks: boolean): Look {
  const lateValues = createLateValues();
  return (stripped, isOpen) => {
    const toAbsolute = (position: number): number => window.toAbsolute(stripped.toInput(position));
    lateValues.forget(window.toAbsolute(window.decided));
    const from = findLineStart(stripped.asText(isOpen), stripped.toText(window.decided));
    let result = search.search(stripped.asText(isOpen), from);
    const added = masks ? result.masks.filter(({ value }) => addMask(value)) : [];
    for (const { value, lineEnd } of added) lateValues.add(value, toAbsolute(lineEnd));
    if (added.length > 0) result = search.search(stripped.asText(isOpen), from);
    return lateValues.filter(result, toAbsolute);
  };
}

interface Looked {
  readonly stripped: StrippedText;
  readonly looked: SearchResult;
  readonly limit: number;
  readonly occasion: Occasion;
  readonly decided: number;
}

function decideUpTo(
  { longestPartial }: StreamParts,
  { stripped, looked, limit, occasion, decided }: Looked,
): number {
  if (occasion === "end") return limit;
  const mayGoOn = occasion !== "silent";
  const cut = findCut(stripped.asText(true), looked, { longestPartial, mayGoOn });
  if (cut >= stripped.end) return limit;
  const found = stripped.toInput(cut);
  return occasion === "too-much" && found <= decided ? limit : found;
}
