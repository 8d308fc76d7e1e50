import { type Decoded, type Span, toSourceSpan } from "../decode/decoded.ts";
import {
  ESCAPED_WORDS,
  type EscapeOrigin,
  type EscapeReader,
  type EscapeReading,
  type EscapeRoom,
} from "../scanner/escape-reader.ts";
import { isPlainRun, originOfPlainRun, type RunReading } from "../scanner/plain-run-reader.ts";
import type { Scanner } from "../scanner/scanner.ts";
import type { Encoding } from "./find.ts";
import { NEWLINE, type Text } from "./text.ts";

/** What was decoded of a text, to be searched at once: a search costs much more than a short stretch does. */
export interface DecodedBatch {
  hasRoom(byteCount: number): boolean;
  add(decoded: Decoded, byteCount: number): void;
  /** A run of the text, where it is plain and there is room for it. */
  readRun(text: Text, runs: Uint32Array, at: number): RunReading;
  /** How many streams in the run that was read last were too long to be unpacked to their end. */
  readonly cutCount: number;
  /** What is escaped, as much as there is room for. Gives back what was read, as words. */
  readEscapes(reading: EscapeReading): Uint32Array;
  /** Undefined where nothing was added. The batch is empty when `search` comes back. */
  take<Result>(
    source: Pick<Text, "start" | "end">,
    search: (text: MarkedText, decodedAt: DecodedAt) => Result,
  ): Result | undefined;
}

export interface MarkedText extends Text {
  /** Where in the memory a byte for each of the text says whether the source has something else in its place. */
  readonly marksAt: number;
  /** What was decoded of one thing, of all that is in the batch: the text that the position is in. */
  readonly partAt: (position: number) => Text;
}

/** From where in the source a span of the batch is, and how it was written there; undefined between stretches. */
export type DecodedAt = (
  start: number,
  end: number,
) => { readonly encodings: readonly Encoding[]; readonly span: Span } | undefined;

/** Two newlines and a NUL: no anchor and no run goes on over them from one stretch into the next. */
const SEPARATOR_BYTES = 3;
/** To let the runtime copy takes as long as to copy so many bytes. */
const NEAR_BYTES = 64;
/**
 * What was escaped has its syntaxes in the third of the words, and a plain run its form; of what was decoded otherwise that is 0, and the fourth
 * its index.
 */
const [STRETCH_END, SYNTAXES, FROM, SOURCE_END, LAST_CHARACTER] = [1, 2, 3, 4, 5] as const;
const FIRST_STRETCHES = 1024;

export function createDecodedBatch(
  scanner: Pick<Scanner, "memory" | "escapes" | "plainRuns" | "mayHoldValue">,
  maxBytes: number,
): DecodedBatch {
  const { memory, escapes, plainRuns } = scanner;
  const base = memory.allocate(maxBytes + SEPARATOR_BYTES);
  const marksAt = memory.allocate(maxBytes + SEPARATOR_BYTES);
  const stretches = createStretches();
  const others: Decoded[] = [];
  let filled = base;
  const room = (): EscapeRoom => ({
    at: filled,
    end: base + maxBytes,
    marksAt: marksAt + filled - base,
  });

  return {
    hasRoom: (byteCount) => filled + byteCount <= base + maxBytes,
    add(decoded, byteCount) {
      const { bytes } = memory;
      const end = filled + byteCount;
      if (byteCount > NEAR_BYTES) bytes.set(decoded.bytes.subarray(0, byteCount), filled);
      else for (let at = 0; at < byteCount; at++) bytes[filled + at] = decoded.bytes[at] ?? 0;
      if (!scanner.mayHoldValue(filled, end)) return;
      const shift = marksAt - base;
      if (byteCount > NEAR_BYTES) bytes.fill(1, filled + shift, end + shift);
      else for (let at = filled; at < end; at++) bytes[at + shift] = 1;
      bytes.fill(0, end + shift, end + shift + SEPARATOR_BYTES);
      stretches.addOther(filled, end, others.length);
      others.push(decoded);
      bytes[end] = NEWLINE;
      bytes[end + 1] = 0;
      bytes[end + 2] = NEWLINE;
      filled = end + SEPARATOR_BYTES;
    },
    readRun(text, runs, at) {
      const outcome = plainRuns.read(text, runs, at, room());
      if (plainRuns.stretchCount === 0) return outcome;
      const { stretchesAt, stretchCount } = plainRuns;
      stretches.addOf(memory.words, stretchesAt, stretchCount);
      filled = stretches.wordOf(stretches.count - 1, STRETCH_END) + SEPARATOR_BYTES;
      return outcome;
    },
    get cutCount() {
      return plainRuns.cutCount;
    },
    readEscapes(reading) {
      const read = reading.read(room());
      stretches.add(read.stretches);
      filled = read.end;
      return read.stretches;
    },
    take(source, search) {
      if (stretches.count === 0) return undefined;
      const end = stretches.wordOf(stretches.count - 1, STRETCH_END);
      const text = { bytes: memory.bytes, start: base, end, isOpen: false, marksAt };
      const partAt = createPartAt(stretches, text);
      const result = search(
        { ...text, partAt },
        createDecodedAt({ stretches, others, escapes, source }),
      );
      stretches.clear();
      others.length = 0;
      filled = base;
      return result;
    },
  };
}

interface Stretches {
  readonly count: number;
  add(words: Uint32Array): void;
  /** So many that stand there in the words. */
  addOf(words: Uint32Array, from: number, stretchCount: number): void;
  /** Of what was not escaped. */
  addOther(start: number, end: number, index: number): void;
  wordOf(stretch: number, word: number): number;
  clear(): void;
}

function createStretches(): Stretches {
  let words = new Uint32Array(FIRST_STRETCHES * ESCAPED_WORDS);
  let count = 0;
  const makeRoom = (wordCount: number): number => {
    const at = count * ESCAPED_WORDS;
    if (at + wordCount > words.length) {
      const grown = new Uint32Array(Math.max(at + wordCount, 2 * words.length));
      grown.set(words);
      words = grown;
    }
    return at;
  };
  return {
    get count() {
      return count;
    },
    add(added) {
      const at = makeRoom(added.length);
      words.set(added, at);
      count += added.length / ESCAPED_WORDS;
    },
    addOf(added, from, stretchCount) {
      const wordCount = stretchCount * ESCAPED_WORDS;
      const at = makeRoom(wordCount);
      for (let index = 0; index < wordCount; index++) words[at + index] = added[from + index] ?? 0;
      count += stretchCount;
    },
    addOther(start, end, index) {
      const at = makeRoom(ESCAPED_WORDS);
      words[at] = start;
      words[at + STRETCH_END] = end;
      words[at + SYNTAXES] = 0;
      words[at + FROM] = index;
      count++;
    },
    wordOf: (stretch, word) => words[stretch * ESCAPED_WORDS + word] ?? 0,
    clear: () => void (count = 0),
  };
}

interface Batched {
  readonly stretches: Stretches;
  readonly others: readonly Decoded[];
  readonly escapes: EscapeReader;
  readonly source: Pick<Text, "start" | "end">;
}

function createDecodedAt({ stretches, others, escapes, source }: Batched): DecodedAt {
  /** Finds come in the order of the text, most of them. */
  let mapped: { readonly stretch: number; readonly origin: EscapeOrigin } | undefined;
  const originOf = (stretch: number, syntaxes: number): EscapeOrigin => {
    if (mapped?.stretch !== stretch) {
      const from = stretches.wordOf(stretch, FROM);
      const end = stretches.wordOf(stretch, SOURCE_END);
      mapped = { stretch, origin: escapes.originOf(source, { syntaxes, from, end }) };
    }
    return mapped.origin;
  };
  return (start, end) => {
    const stretch = findStretch(stretches, start);
    const first = stretches.wordOf(stretch, 0);
    const stretchEnd = stretches.wordOf(stretch, STRETCH_END);
    if (start >= stretchEnd) return undefined;
    const last = Math.min(end, stretchEnd) - first;
    const syntaxes = stretches.wordOf(stretch, SYNTAXES);
    if (isPlainRun(syntaxes)) {
      const run = {
        form: syntaxes,
        start: stretches.wordOf(stretch, FROM),
        end: stretches.wordOf(stretch, SOURCE_END),
        last: stretches.wordOf(stretch, LAST_CHARACTER),
      };
      const { encodings, ...span } = originOfPlainRun(run, start - first, last);
      return { encodings, span };
    }
    if (syntaxes !== 0) {
      const { encodings, ...span } = originOf(stretch, syntaxes)(start - first, last);
      return { encodings, span };
    }
    const decoded = others[stretches.wordOf(stretch, FROM)];
    if (decoded === undefined) return undefined;
    return { encodings: decoded.encodings, span: toSourceSpan(decoded, start - first, last) };
  };
}

/** One object for all that is asked about a stretch: positions come in the order of the text, most of them. */
function createPartAt(stretches: Stretches, text: Text): MarkedText["partAt"] {
  let part = { ...text, end: text.start };
  return (position) => {
    if (position < part.start || position >= part.end) {
      const stretch = findStretch(stretches, position);
      const start = stretches.wordOf(stretch, 0);
      part = { ...text, start, end: stretches.wordOf(stretch, STRETCH_END) };
    }
    return part;
  };
}

/** The last one that begins at the position or before it. */
function findStretch(stretches: Stretches, position: number): number {
  let low = 0;
  let high = stretches.count;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (stretches.wordOf(middle, 0) <= position) low = middle;
    else high = middle;
  }
  return low;
}
