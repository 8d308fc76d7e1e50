/** Decodes runs of digits that are whole on their line, without an object for each: floods have a million of them. */
import { RADIXES, RUN_KINDS } from "../decode/radix.ts";
import type { Encoding } from "../search/find.ts";
import type { EscapeRoom } from "./escape-reader.ts";
import type { ScannerModule } from "./scanner-module.ts";

export interface PlainRunReader {
  /** Decodes the run whose words begin there, of those that the scanner told of the text. */
  read(text: TextOfRun, runs: Uint32Array, at: number, room: EscapeRoom): RunReading;
  /** Of the run that was read last, ESCAPED_WORDS for each stretch from there on in the memory's words. */
  readonly stretchesAt: number;
  readonly stretchCount: number;
}

/** Of a run that is not plain, or that there is no room for, nothing was read. */
export type RunReading = "read" | "not-plain" | "no-room";

interface TextOfRun {
  readonly end: number;
  readonly isOpen: boolean;
}

/** Of a stretch that was decoded of a plain run, in the place of a run's syntaxes. */
export interface DecodedRun {
  readonly form: number;
  readonly start: number;
  readonly end: number;
  /** Without the padding. */
  readonly last: number;
}

/** As scanner/plain-runs.h has them. */
const NO_ROOM = -2;
const PLAIN_RUN = 0x100;
const WORD_BYTES = 4;
const ENCODINGS: readonly (readonly Encoding[])[] = RUN_KINDS.map((kind) => [kind]);
const NO_ENCODINGS: readonly Encoding[] = [];

export function createPlainRunReader(module: ScannerModule): PlainRunReader {
  let stretchCount = 0;
  return {
    read({ end: textEnd, isOpen }, runs, at, room) {
      const count = module.decodeRun({
        kind: runs[at] ?? 0,
        start: runs[at + 1] ?? 0,
        end: runs[at + 2] ?? 0,
        alignments: runs[at + 3] ?? 0,
        textEnd,
        isOpen,
        room: room.at,
        marksAt: room.marksAt,
        roomEnd: room.end,
      });
      stretchCount = Math.max(0, count);
      if (count >= 0) return "read";
      return count === NO_ROOM ? "no-room" : "not-plain";
    },
    stretchesAt: module.escapedAt / WORD_BYTES,
    get stretchCount() {
      return stretchCount;
    },
  };
}

export function isPlainRun(form: number): boolean {
  return form >= PLAIN_RUN;
}

/** Rounds outwards, as decode/decode-run.ts does: a character at either end may hold bits of a byte that is not asked for, too. */
export function originOfPlainRun(
  { form, start, end, last }: DecodedRun,
  byteStart: number,
  byteEnd: number,
): { readonly encodings: readonly Encoding[]; readonly start: number; readonly end: number } {
  const kind = RUN_KINDS[(form >> 4) & 3] ?? "hex";
  const { bits, charactersInGroup } = RADIXES[kind];
  const alignment = form & 15;
  const missing = (last - start - alignment) % charactersInGroup;
  const paddingDue = missing === 0 ? 0 : charactersInGroup - missing;
  const behind = start + alignment + Math.ceil((byteEnd * 8) / bits);
  return {
    encodings: ENCODINGS[(form >> 4) & 3] ?? NO_ENCODINGS,
    start: start + alignment + Math.floor((byteStart * 8) / bits),
    end: behind === last ? behind + Math.min(end - last, paddingDue) : behind,
  };
}
