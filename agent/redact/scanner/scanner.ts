/** Runs over every byte and says where something may be. Works on texts in its own memory alone. */
import { Buffer } from "node:buffer";

import { RADIXES, RUN_KINDS } from "../decode/radix.ts";
import { CLASS_BITS, toClassBit } from "../search/character-class.ts";
import type { Anchor } from "../search/detector.ts";
import { toStepCosts } from "../structures/value/randomness.ts";
import { MAY_END_VALUE } from "../structures/value/unquoted-value.ts";
import { chooseGram } from "./choose-gram.ts";
import { createEscapeReader, type EscapeReader } from "./escape-reader.ts";
import { createPlainRunReader, type PlainRunReader } from "./plain-run-reader.ts";
import { createScannerMemory, type ScannerMemory } from "./scanner-memory.ts";
import { loadScannerModule, type ScannerModule } from "./scanner-module.ts";
import { createWindowTable, type WindowTable } from "./window-table.ts";

/** Pairs of position and id, in no promised order. */
export type Hits = Uint32Array;

export interface Scanner {
  readonly memory: ScannerMemory;
  /** Windows of known values: 8 bytes each, or 4. */
  readonly windows: WindowTable;
  /** The id that its hits have: 0 for the first one added, then 1, … */
  addAnchor(anchor: Anchor): number;
  /** `start` and `end` bound what an anchor's conditions look at; hits begin at `from` or behind it. */
  scanAnchors(span: ScannedSpan): Hits;
  scanWindows(span: ScannedSpan): Hits;
  /** Quadruples of kind (an index into RUN_KINDS), start, end and alignments. */
  scanRuns(span: ScannedSpan & { readonly marksAt?: number | undefined }): Uint32Array;
  readonly escapes: EscapeReader;
  readonly plainRuns: PlainRunReader;
  /** False of what neither is text nor has some in it, such as rows of NUL. */
  mayHoldValue(from: number, end: number): boolean;
  countByte(byte: number, from: number, end: number): number;
  countNewlines(from: number, end: number): number;
  /** After the last newline in `[from, end)`; `from` where there is none. */
  findLastLineStart(from: number, end: number): number;
  /** Of the first such byte in `[from, end)`, or -1. */
  findByte(byte: number, from: number, end: number): number;
  /** Takes terminal sequences and stamps out of the input and writes the rest to `to`. */
  strip(input: StrippedInput): Stripped;
}

export interface ScannedSpan {
  readonly start: number;
  readonly from: number;
  readonly end: number;
}

export interface StrippedInput {
  readonly from: number;
  readonly end: number;
  readonly to: number;
  /** Room for a stretch, 8 bytes, for each ESC and newline of the input, and one more. */
  readonly stretchesAt: number;
  readonly beginsLine: boolean;
}

export interface Stripped {
  /** Null where nothing had to be taken out: the input is the text. Else pairs of where a stretch begins in the text and in the input. */
  readonly stretches: Uint32Array | null;
  readonly end: number;
}

const ANCHOR_SIZE = 64;
const MAX_LITERAL = 32;
const MAX_ANCHORS = 4096;
const IGNORE_CASE = 1;
const IS_ASSIGNED = 2;
const ASSIGNS = { token: 4, password: 8 } as const;
const RADIX_SIZE = 4 + 256;
const NO_DIGIT = 0xff;
const NEWLINE = 0x0a;
const WORD_BYTES = 4;
const NONE: Hits = new Uint32Array(0);

export function createScanner(): Scanner {
  const module = loadScannerModule();
  const memory = createScannerMemory(module);
  const windows = createWindowTable(module, memory);
  new Uint32Array(module.memory.buffer, module.classBitsAt, 256).set(CLASS_BITS);
  writeRadixes(module);
  let anchorCount = 0;
  let knowsValues = false;
  const gatherHits = (
    span: Pick<ScannedSpan, "from" | "end">,
    scan: (at: number) => number,
  ): Hits => {
    let at = scan(span.from);
    const first = copyWords(memory, module.hitsAt, module.hitCount() * 2);
    if (at >= span.end) return first;
    const parts = [first];
    while (at < span.end) {
      at = scan(at);
      parts.push(copyWords(memory, module.hitsAt, module.hitCount() * 2));
    }
    return join(parts);
  };

  return {
    memory,
    windows,
    addAnchor(anchor) {
      if (anchorCount === MAX_ANCHORS) throw new RangeError(`more than ${MAX_ANCHORS} anchors`);
      if (anchor.assigns !== undefined && !knowsValues) {
        knowsValues = true;
        memory.bytes.set(toStepCosts(), module.stepCostsAt);
        memory.bytes.set(MAY_END_VALUE, module.mayEndValueAt);
      }
      writeAnchor(module, anchorCount, anchor);
      if (module.linkAnchor(anchorCount) === 0) {
        throw new RangeError(`there is no room for the anchor ${anchor.literal}`);
      }
      return anchorCount++;
    },
    scanAnchors({ start, from, end }) {
      const span = { from, end };
      return join([
        gatherHits(span, (at) => module.scanAnchors(start, from, at, end)),
        gatherHits(span, (at) => module.scanLeads(start, at, end)),
      ]);
    },
    scanWindows(span) {
      windows.link();
      const long = windows.has.long
        ? gatherHits(span, (at) => module.scanLongWindows(span.start, span.from, at, span.end))
        : NONE;
      const short = windows.has.short
        ? gatherHits(span, (at) => module.scanShortWindows(span.start, span.from, at, span.end))
        : NONE;
      return join([long, short]);
    },
    escapes: createEscapeReader(module, memory),
    plainRuns: createPlainRunReader(module),
    mayHoldValue: (from, end) => module.mayHoldValue(from, end) !== 0,
    scanRuns({ from, end, marksAt }) {
      const parts: Uint32Array[] = [];
      for (let at = from; at < end;) {
        at = module.scanRuns(at, end, marksAt === undefined ? 0 : marksAt + at - from);
        parts.push(copyWords(memory, module.runsAt, module.runCount() * 4));
      }
      return join(parts);
    },
    countByte: (byte, from, end) => module.countBytes(from, end, byte),
    countNewlines: (from, end) => module.countBytes(from, end, NEWLINE),
    findLastLineStart(from, end) {
      const newline = module.findLast(from, end, NEWLINE);
      return newline === 0 ? from : newline + 1;
    },
    findByte(byte, from, end) {
      const found = module.findFirst(from, end, byte);
      return found === 0 ? -1 : found;
    },
    strip(input) {
      const end = module.strip(input);
      const count = module.stretchCount();
      if (count === 0) return { stretches: null, end: input.end };
      return { stretches: copyWords(memory, input.stretchesAt, count * 2), end };
    },
  };
}

/** A copy, because whoever looks at the hits may have something else scanned meanwhile. */
function copyWords({ words }: ScannerMemory, at: number, count: number): Uint32Array {
  return count === 0 ? NONE : words.slice(at / WORD_BYTES, at / WORD_BYTES + count);
}

function join(parts: readonly Uint32Array[]): Uint32Array {
  const filled = parts.filter(({ length }) => length > 0);
  const [only] = filled;
  if (only === undefined) return NONE;
  if (filled.length === 1) return only;
  const joined = new Uint32Array(filled.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of filled) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function writeAnchor({ memory, anchorsAt }: ScannerModule, index: number, anchor: Anchor): void {
  const literal = Buffer.from(anchor.literal, "latin1");
  if (literal.length > MAX_LITERAL) {
    throw new RangeError(`the anchor ${anchor.literal} has more than ${MAX_LITERAL} characters`);
  }
  const at = anchorsAt + index * ANCHOR_SIZE;
  const isFolded = anchor.ignoreCase ?? false;
  const written = isFolded ? Buffer.from(anchor.literal.toLowerCase(), "latin1") : literal;
  new Uint8Array(memory.buffer, at, literal.length).set(written);
  const view = new DataView(memory.buffer, at, ANCHOR_SIZE);
  const { notAfter, followedBy, notBefore, notInRowOf, varied } = anchor;
  view.setUint8(32, literal.length);
  view.setUint8(33, chooseGram(written));
  const flags = (isFolded ? IGNORE_CASE : 0) | (anchor.isAssigned ? IS_ASSIGNED : 0);
  view.setUint8(34, flags | (anchor.assigns === undefined ? 0 : ASSIGNS[anchor.assigns]));
  view.setUint32(36, notAfter === undefined ? 0 : toClassBit(notAfter), true);
  view.setUint32(40, followedBy === undefined ? 0 : toClassBit(followedBy.characters), true);
  view.setUint32(44, followedBy?.atLeast ?? 0, true);
  view.setUint32(48, notBefore === undefined ? 0 : toClassBit(notBefore.run), true);
  view.setUint32(52, notBefore === undefined ? 0 : toClassBit(notBefore.end), true);
  view.setUint32(60, varied ?? 0, true);
  view.setUint32(56, notInRowOf === undefined ? 0 : toClassBit(notInRowOf), true);
}

function writeRadixes({ memory, radixesAt }: ScannerModule): void {
  for (const [index, kind] of RUN_KINDS.entries()) {
    const { bits, charactersInGroup, minCharacters, maxPadding, digits, characters } =
      RADIXES[kind];
    const at = radixesAt + index * RADIX_SIZE;
    const written = new Uint8Array(memory.buffer, at, RADIX_SIZE);
    written.set([bits, charactersInGroup, minCharacters, maxPadding]);
    const bit = toClassBit(characters);
    for (let byte = 0; byte < 256; byte++) {
      const isDigit = ((CLASS_BITS[byte] ?? 0) & bit) !== 0;
      written[4 + byte] = isDigit ? (digits[byte] ?? 0) : NO_DIGIT;
    }
  }
}
