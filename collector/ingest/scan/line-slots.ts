/** What the scanner tells of a line, as values. */
export interface LineSlots {
  /** Index of its kind; -1: it told nothing. */
  readonly kind: number;
  /** It was added to an earlier one that says the same. */
  readonly isFolded: boolean;
  readonly start: number;
  readonly end: number;
  /** In UTC, `2026-01-31`. */
  readonly observedOn: string;
  /** Undefined, like a number: it is not there, or null. */
  text(slot: number): string | undefined;
  /** Index of the word. */
  word(slot: number): number;
  flag(slot: number): boolean;
  number(slot: number): number | undefined;
}

/** As event-scanner.c has them, in words of four bytes. */
const LINE_WORDS = 20;
const SLOTS_AT = 4;
const FOLDED = 0x100;
const NOT_PLAIN = 0x8000_0000;
const IS_NUMBER = 0x8000_0000;
const WORD_BYTES = 4;
const DAY_LENGTH = "2026-01-31".length;
const TWO_TO_32 = 2 ** 32;

/** `memory` as it is now: one that has grown is another one. */
export function createLineSlots(memory: ArrayBuffer, linesAt: number): LineSlotsOf {
  const bytes = Buffer.from(memory);
  const words = new Uint32Array(memory);
  let at = 0;
  const wordAt = (index: number): number => words[at + index] ?? 0;
  const first = (slot: number): number => wordAt(SLOTS_AT + 2 * slot);
  const second = (slot: number): number => wordAt(SLOTS_AT + 2 * slot + 1);
  return {
    bytes,
    moveTo(line) {
      at = linesAt / WORD_BYTES + line * LINE_WORDS;
    },
    get kind() {
      return (wordAt(0) % FOLDED) - 1;
    },
    get isFolded() {
      return wordAt(0) >= FOLDED;
    },
    get start() {
      return wordAt(1);
    },
    get end() {
      return wordAt(2);
    },
    get observedOn() {
      return bytes.toString("latin1", wordAt(3), wordAt(3) + DAY_LENGTH);
    },
    text(slot) {
      const end = second(slot);
      if (end === 0) return undefined;
      const from = first(slot);
      if (from < NOT_PLAIN) return bytes.toString("latin1", from, end);
      return parseText(bytes.toString("utf8", from - NOT_PLAIN - 1, end + 1));
    },
    word: (slot) => first(slot),
    flag: (slot) => first(slot) === 1,
    number(slot) {
      const high = second(slot);
      return high < IS_NUMBER ? undefined : (high - IS_NUMBER) * TWO_TO_32 + first(slot);
    },
  };
}

export interface LineSlotsOf extends LineSlots {
  /** All of the memory. */
  readonly bytes: Buffer;
  moveTo(line: number): void;
}

function parseText(json: string): string {
  const text: unknown = JSON.parse(json);
  if (typeof text !== "string") throw new TypeError("the scanner took for a text what is none");
  return text;
}
