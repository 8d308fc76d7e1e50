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
  /** How many of them would have been larger than they may be when they were unpacked. */
  readonly cutCount: number;
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
const UNPACKED_RUN = 0x200;
const PACKED_AT_SHIFT = 12;
const CUT_SHIFT = 8;
const STRETCHES = 0xff;
const WORD_BYTES = 4;
const ENCODINGS: readonly (readonly Encoding[])[] = RUN_KINDS.map((kind) => [kind]);
const ENCODINGS_UNPACKED = RUN_KINDS.map((kind): readonly Encoding[] => [kind, "gzip"]);
const NO_ENCODINGS: readonly Encoding[] = [];

export function createPlainRunReader(module: ScannerModule): PlainRunReader {
  let stretchCount = 0;
  let cutCount = 0;
  return {
    read({ end: textEnd, isOpen }, runs, at, room) {
      const read = module.decodeRun({
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
      const isRead = read >= 0;
      stretchCount = isRead ? read & STRETCHES : 0;
      cutCount = isRead ? read >> CUT_SHIFT : 0;
      if (isRead) return "read";
      return read === NO_ROOM ? "no-room" : "not-plain";
    },
    stretchesAt: module.escapedAt / WORD_BYTES,
    get stretchCount() {
      return stretchCount;
    },
    get cutCount() {
      return cutCount;
    },
  };
}

export function isPlainRun(form: number): boolean {
  return form >= PLAIN_RUN;
}

/** As decode/decode-run.ts and decode/inflate.ts say. */
export function originOfPlainRun(
  run: DecodedRun,
  byteStart: number,
  byteEnd: number,
): { readonly encodings: readonly Encoding[]; readonly start: number; readonly end: number } {
  const { form, start, last } = run;
  const kind = (form >> 4) & 3;
  if ((form & UNPACKED_RUN) === 0) {
    return { encodings: ENCODINGS[kind] ?? NO_ENCODINGS, ...digitsOf(run, byteStart, byteEnd) };
  }
  const { bits } = RADIXES[RUN_KINDS[kind] ?? "hex"];
  const byteCount = ((last - start - (form & 15)) * bits) >> 3;
  const span = digitsOf(run, form >>> PACKED_AT_SHIFT, byteCount);
  return { encodings: ENCODINGS_UNPACKED[kind] ?? NO_ENCODINGS, ...span };
}

/** Rounds outwards: a character at either end may hold bits of a byte that is not asked for, too. */
function digitsOf({ form, start, end, last }: DecodedRun, byteStart: number, byteEnd: number) {
  const { bits, charactersInGroup } = RADIXES[RUN_KINDS[(form >> 4) & 3] ?? "hex"];
  const alignment = form & 15;
  const missing = (last - start - alignment) % charactersInGroup;
  const paddingDue = missing === 0 ? 0 : charactersInGroup - missing;
  const behind = start + alignment + Math.ceil((byteEnd * 8) / bits);
  return {
    start: start + alignment + Math.floor((byteStart * 8) / bits),
    end: behind === last ? behind + Math.min(end - last, paddingDue) : behind,
  };
}
