/** Asks the scanner where something may be, and whoever knows about it what it is; looks into what is encoded. */
import type { Run } from "../decode/decodable-runs.ts";
import type { Decoded, Span } from "../decode/decoded.ts";
import type { EscapeDecoder } from "../decode/escape-decoder.ts";
import { RUN_KINDS, type RunKind } from "../decode/radix.ts";
import { ESCAPED_WORDS, MAX_ROOM_NEEDED } from "../scanner/escape-reader.ts";
import type { ScannerMemory } from "../scanner/scanner-memory.ts";
import type { Hits, ScannedSpan, Scanner } from "../scanner/scanner.ts";
import { createDecodedBatch, type DecodedBatch, type MarkedText } from "./decoded-batch.ts";
import type { Detector, Hit, Search } from "./detector.ts";
import type { Find } from "./find.ts";
import type { Decoding, MaskCommand, WindowInspector } from "./neighbours.ts";
import { findLineEnd, NEWLINE, type Text } from "./text.ts";

export interface SecretSearch {
  /** Of a text in the scanner's memory; what begins before `from` was found already. */
  search(text: Text, from: number): SearchResult;
}

export interface SearchResult {
  /** In no promised order; some may overlap. */
  readonly finds: readonly RankedFind[];
  /** Infinity where nothing met the end of an open text; else the first place from which something did. */
  readonly goesOnFrom: number;
  /** The same of what `isToken` alone. */
  readonly tokenGoesOnFrom: number;
  /** What was looked at as one: it would be seen as something else if the text were cut in it. */
  readonly units: readonly Span[];
  /** Of the text as it stands, not of what was decoded. */
  readonly masks: readonly MaskCommand[];
  /** Where something stands that was too long, or encoded too many times over, to be decoded to its end. */
  readonly notDecoded: readonly number[];
}

/** Of two that found the same, the one of lower rank names it. */
export interface RankedFind extends Find {
  readonly rank: number;
}

/** The bytes of what was found in a text that is still in the memory, or those that are kept of it. */
export function secretOf({ secret, start, end }: RankedFind, bytes: Uint8Array): Uint8Array {
  return secret ?? bytes.subarray(start, Math.min(end, start + MAX_TOLD));
}

export interface SecretSearchOptions {
  readonly scanner: Scanner;
  /** The first one has the lowest rank after known values. */
  readonly detectors: readonly Detector[];
  readonly knownValues: WindowInspector;
  readonly decoding?: Decoding;
  /** Turns what the detectors of mask commands say into `masks` of the result. */
  readonly takeMasks: () => readonly MaskCommand[];
}

/** Encodings in one another. Base64 of base64 of base64 is the deepest that was seen in an attack. */
const MAX_DEPTH = 3;
/** What is decoded at one depth at a time: as much as the decoders give. */
const MAX_DECODED_BYTES = 1_048_576;
/** A run may be text itself, beside what is unpacked of it. */
export const BATCH_BYTES = MAX_DECODED_BYTES + MAX_ROOM_NEEDED;

/** Words of a stretch that was escaped. */
const [SOURCE_FROM, SOURCE_END, FIRST_ESCAPE] = [3, 4, 5] as const;
/** Of a run that the scanner tells of: its kind, start, end and alignments. */
const RUN_WORDS = 4;
const RUN_START = 1;
/** Between what is allocated of the memory there are more. */
const MARGIN = 16;
/** By what a secret is known to be the same as another: of one that goes on behind the text no more is there. */
const MAX_TOLD = 4096;

export function createSecretSearch(options: SecretSearchOptions): SecretSearch {
  const { scanner, detectors, knownValues, decoding, takeMasks } = options;
  const askers = registerAnchors(scanner, detectors);
  const escapes = decoding?.escapes ?? [];
  const escapeOf = registerEscapes(scanner, escapes);
  const batches = Array.from({ length: decoding ? MAX_DEPTH : 0 }, () =>
    createDecodedBatch(scanner, BATCH_BYTES),
  );
  /** What is too deep is read and not searched: it counts. */
  const tooDeep = decoding && createDecodedBatch(scanner, MAX_ROOM_NEEDED);

  const searchAt = (depth: number, text: SearchedText, from: number): Gathered => {
    const restore = clearAround(scanner.memory, text);
    try {
      return searchAlone(depth, text, from);
    } finally {
      restore();
    }
  };

  const searchAlone = (depth: number, text: SearchedText, from: number): Gathered => {
    const gathered = createGathered(text);
    const span = { start: text.start, from, end: text.end };
    const hits = scanner.scanAnchors(span);
    inspectWindows(scanner.scanWindows(span), { knownValues, text, gathered });
    const escaped = inspectAnchors(hits, { askers, text, gathered });
    if (decoding === undefined) return gathered;
    gathered.isToken = false;
    const place = { batch: batches[depth], depth, gathered, text };
    const escapesThrough = new Uint32Array(escapes.length);
    for (let at = 0; at < escaped.length; at += 2) {
      const position = escaped[at] ?? 0;
      const index = escapeOf[escaped[at + 1] ?? 0] ?? 0;
      const decoder = escapes[index];
      if (decoder === undefined || position < (escapesThrough[index] ?? 0)) continue;
      const { decoded, through } = decoder.decode(partAt(text, position), position, gathered);
      if (through > position) {
        escapesThrough[index] = through;
        const known = Math.min(through, gathered.goesOnFrom);
        gathered.addLines(position, Math.max(known, decoded.at(-1)?.through ?? 0));
      }
      for (const one of decoded) lookInto(one, place, position);
    }
    readEscapes(span, place);
    const runs = scanner.scanRuns({ ...span, marksAt: text.marksAt });
    const through = { hex: 0, base32: 0, base64: 0 };
    for (let at = 0; at < runs.length; at += RUN_WORDS) {
      const kind = RUN_KINDS[runs[at] ?? 0] ?? "hex";
      if ((runs[at + RUN_START] ?? 0) < through[kind] || isReadAsPlain(runs, at, place)) continue;
      const run = toRun(kind, runs, at);
      for (const decoded of decoding.decodeRun(partAt(text, run.start), run, {
        goesOn(begun) {
          gathered.goesOn(begun);
          // All that is behind it may be its lines.
          through[run.kind] = text.end;
        },
      })) {
        through[run.kind] = Math.max(through[run.kind], decoded.through);
        gathered.addLines(run.start, decoded.through);
        lookInto(decoded, place, run.start);
      }
    }
    searchBatch(place);
    return gathered;
  };

  const isReadAsPlain = (runs: Uint32Array, at: number, place: Place): boolean => {
    const { batch, gathered, text } = place;
    if (batch === undefined) return false;
    let outcome = batch.readRun(text, runs, at);
    if (outcome === "no-room") {
      searchBatch(place);
      outcome = batch.readRun(text, runs, at);
    }
    if (outcome !== "read") return false;
    for (let cut = 0; cut < batch.cutCount; cut++) {
      gathered.notDecoded.push(runs[at + RUN_START] ?? 0);
    }
    return true;
  };

  const readEscapes = (span: ScannedSpan, place: Place): void => {
    const { batch, depth, gathered, text } = place;
    const into = batch ?? tooDeep;
    if (into === undefined) return;
    const { isOpen, marksAt } = text;
    const reading = scanner.escapes.begin({ ...span, isOpen, marksAt }, depth);
    for (;;) {
      const stretches = into.readEscapes(reading);
      for (let at = 0; at < stretches.length; at += ESCAPED_WORDS) {
        gathered.addLines(stretches[at + FIRST_ESCAPE] ?? 0, stretches[at + SOURCE_END] ?? 0);
      }
      if (batch === undefined) {
        for (let at = 0; at < stretches.length; at += ESCAPED_WORDS) {
          gathered.notDecoded.push(stretches[at + SOURCE_FROM] ?? 0);
        }
        into.take(text, () => undefined);
      }
      if (reading.isOver) break;
      if (batch !== undefined) searchBatch(place);
    }
    if (reading.goesOnFrom !== Infinity) gathered.goesOn(reading.goesOnFrom);
  };

  const lookInto = (decoded: Decoded, place: Place, position: number): void => {
    const { batch, gathered } = place;
    const length = Math.min(decoded.bytes.length, MAX_DECODED_BYTES);
    if (length === 0) return;
    if (batch === undefined || length < decoded.bytes.length || decoded.isCut) {
      gathered.notDecoded.push(position);
    }
    if (batch === undefined) return;
    if (!batch.hasRoom(length)) searchBatch(place);
    batch.add(decoded, length);
  };

  const searchBatch = ({ batch, depth, gathered, text: source }: Place): void => {
    batch?.take(source, (text, decodedAt) => {
      const { finds, notDecoded } = searchAt(depth + 1, text, text.start);
      for (const position of notDecoded) {
        const from = decodedAt(position, position + 1)?.span.start;
        if (from !== undefined) gathered.notDecoded.push(from);
      }
      for (const { continuation: _, ...find } of finds) {
        const found = decodedAt(find.start, find.end);
        if (found === undefined) continue;
        // Pieces overlap: what is cut between two of them goes to the one that has all of it.
        gathered.units.push(found.span);
        const encodings = [...found.encodings, ...find.encodings];
        // A copy: the memory is used again before anybody asks for it.
        const secret = find.secret ?? secretOf(find, text.bytes).slice();
        gathered.finds.push({ ...find, ...found.span, encodings, secret });
      }
    });
  };

  return {
    search(text, from) {
      // Takes memory where values were added, and makes all of it another.
      scanner.windows.link();
      const linked = { ...text, bytes: scanner.memory.bytes };
      const gathered = searchAt(0, linked, from);
      // What was decoded may hold such commands too, but nobody who reads the text takes them for any.
      const isOfText = ({ lineEnd }: MaskCommand): boolean =>
        lineEnd >= text.start && lineEnd <= text.end;
      const { finds, goesOnFrom, tokenGoesOnFrom, units, notDecoded } = gathered;
      const masks = takeMasks().filter(isOfText);
      return { finds, goesOnFrom, tokenGoesOnFrom, units, masks, notDecoded };
    },
  };
}

/** What lies in the memory beside a text must not tell who looks a byte too far. */
function clearAround(memory: ScannerMemory, { bytes, start, end }: Text): () => void {
  const before = bytes.slice(start - MARGIN, start);
  const behind = bytes.slice(end, end + MARGIN);
  bytes.fill(NEWLINE, start - MARGIN, start);
  bytes.fill(0, end, end + MARGIN);
  return () => {
    memory.bytes.set(before, start - MARGIN);
    memory.bytes.set(behind, end);
  };
}

type SearchedText = Text & Partial<Pick<MarkedText, "marksAt" | "partAt">>;

/** What is next to one another in a batch has nothing to do with one another: nobody is shown more than the part that it is about. */
function partAt(text: SearchedText, position: number): Text {
  return text.partAt?.(position) ?? text;
}

interface Place {
  readonly text: SearchedText;
  /** Where what is decoded at this depth goes; undefined where it is too deep. */
  readonly batch: DecodedBatch | undefined;
  readonly depth: number;
  readonly gathered: Gathered;
}

interface Gathered extends Search {
  readonly finds: RankedFind[];
  readonly units: Span[];
  readonly notDecoded: number[];
  /** Of the anchor that is asked about. */
  position: number;
  /** Lines that were decoded together. */
  addLines(start: number, end: number): void;
  goesOnFrom: number;
  tokenGoesOnFrom: number;
  rank: number;
  isToken: boolean;
  /** By rank, from the anchor to the end of what was found there last. */
  readonly lastSpans: Span[];
  /** By rank, the first place from which something went on. */
  readonly waitsFrom: number[];
}

function createGathered(text: Text): Gathered {
  const gathered: Gathered = {
    finds: [],
    units: [],
    notDecoded: [],
    position: Infinity,
    goesOnFrom: Infinity,
    tokenGoesOnFrom: Infinity,
    rank: 0,
    isToken: false,
    lastSpans: [],
    waitsFrom: [],
    add(find) {
      if (find.end <= find.start) return;
      const unit = { start: Math.min(gathered.position, find.start), end: find.end };
      gathered.units.push(unit);
      gathered.finds.push({ ...find, rank: gathered.rank });
      gathered.lastSpans[gathered.rank] = unit;
    },
    addLines(start, end) {
      if (findLineEnd({ ...text, end }, start) < end) gathered.units.push({ start, end });
    },
    goesOn(from) {
      const { rank, waitsFrom } = gathered;
      gathered.goesOnFrom = Math.min(gathered.goesOnFrom, from);
      waitsFrom[rank] = Math.min(waitsFrom[rank] ?? Infinity, from);
      if (gathered.isToken) gathered.tokenGoesOnFrom = Math.min(gathered.tokenGoesOnFrom, from);
    },
  };
  return gathered;
}

interface Asker {
  readonly detector: Detector;
  readonly anchor: number;
  readonly rank: number;
}

/** By id of the anchor. */
function registerAnchors(scanner: Scanner, detectors: readonly Detector[]): Asker[] {
  const askers: Asker[] = [];
  for (const [rank, detector] of detectors.entries()) {
    for (const [anchor, described] of detector.anchors.entries()) {
      askers[scanner.addAnchor(described)] = { detector, anchor, rank: rank + 1 };
    }
  }
  return askers;
}

/** Indices of decoders, by id of the anchor. */
function registerEscapes(scanner: Scanner, escapes: readonly EscapeDecoder[]): number[] {
  const escapeOf: number[] = [];
  for (const [index, { anchors }] of escapes.entries()) {
    for (const anchor of anchors) escapeOf[scanner.addAnchor(anchor)] = index;
  }
  return escapeOf;
}

function inspectWindows(
  hits: Hits,
  asked: { knownValues: WindowInspector; text: Text; gathered: Gathered },
): void {
  const { knownValues, text, gathered } = asked;
  for (let at = 0; at < hits.length; at += 2) {
    knownValues.inspect(text, hits[at] ?? 0, hits[at + 1] ?? 0, gathered);
  }
}

/** Gives back what nobody here asks about: where there are escapes. */
function inspectAnchors(
  hits: Hits,
  asked: {
    askers: readonly Asker[];
    text: SearchedText;
    gathered: Gathered;
  },
): number[] {
  const { askers, text, gathered } = asked;
  const escaped: number[] = [];
  for (let at = 0; at < hits.length; at += 2) {
    const position = hits[at] ?? 0;
    const id = hits[at + 1] ?? 0;
    const asker = askers[id];
    if (asker === undefined) {
      escaped.push(position, id);
      continue;
    }
    const found = gathered.lastSpans[asker.rank];
    // What it found a secret in was looked at, and what is before that: floods of anchors would be looked at again from each of them.
    if (found !== undefined && found.start <= position && position < found.end) continue;
    const waitsFrom = gathered.waitsFrom[asker.rank];
    if (asker.detector.looksAhead && waitsFrom !== undefined && waitsFrom <= position) continue;
    const hit: Hit = { position, anchor: asker.anchor };
    gathered.rank = asker.rank;
    gathered.position = position;
    gathered.isToken = asker.detector.isToken ?? false;
    asker.detector.inspect(partAt(text, position), hit, gathered);
  }
  return escaped;
}

function toRun(kind: RunKind, words: Uint32Array, at: number): Run {
  return {
    kind,
    start: words[at + RUN_START] ?? 0,
    end: words[at + 2] ?? 0,
    alignments: words[at + 3] ?? 0,
  };
}
