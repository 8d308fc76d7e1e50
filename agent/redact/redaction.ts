/** The door of this part: everything that the agent writes or sends goes through one `Redaction`. */
import { decodeRun } from "./decode/decode-run.ts";
import { escapeDecoders } from "./decode/escape-decoders.ts";
import { createFingerprint } from "./fingerprint.ts";
import type { Found } from "./found.ts";
import { createKnownValues } from "./known-values/known-values.ts";
import { createMaskCommands } from "./known-values/mask-commands.ts";
import { createTextRedactor } from "./redact-text.ts";
import { createScanner, type Scanner } from "./scanner/scanner.ts";
import type { Detector } from "./search/detector.ts";
import type { MaskCommand, WindowInspector } from "./search/neighbours.ts";
import { createSecretSearch, secretOf, type SecretSearch } from "./search/secret-search.ts";
import { createShapeDetector } from "./shapes/shape-detector.ts";
import { STREAM_BYTES } from "./stream/decision-schedule.ts";
import {
  createRedactingStream,
  type RedactingStream,
  type StreamOptions,
  type StreamParts,
} from "./stream/redacting-stream.ts";
import { createStreamMemory } from "./stream/stream-memory.ts";
import { createStripper } from "./stream/stripped-text.ts";
import { createStructureDetectors } from "./structures/create-structure-detectors.ts";

export type { RedactingStream, StreamOptions };

export interface RedactionOptions {
  /** Token shapes with an anchor of their own. Default true. */
  readonly shapes?: boolean;
  /** Assignments, headers, URLs with passwords, connection strings. Default true. */
  readonly structures?: boolean;
  /** Look into base64, hex, percent and so on. Default true. */
  readonly decoding?: boolean;
  /** Key of the fingerprints; absent: random, so that they mean something within this redaction alone. */
  readonly fingerprintKey?: Uint8Array;
}

/** What became of a value that was given: `added` and `known` ones are masked, the others are not. */
export type AddedValue = "added" | "known" | "too-short" | "too-common" | "too-many";

/**
 * `given` by whoever set the guard up, or `observed` in what a guarded job does, which may do so to fill all the room there is: for
 * what is given some of it is kept.
 */
export type ValueOrigin = "given" | "observed";

export interface Redaction {
  /**
   * Masks this value from now on, in every encoding that is looked for. `source` is for whoever reads the finding: `NPM_TOKEN`,
   * or a file and its line.
   */
  addValue(value: Uint8Array | string, source?: string, origin?: ValueOrigin): AddedValue;
  /**
   * The key of fingerprints from now on, where there is none yet but a random one. What was found before has the fingerprint that it was
   * told with.
   */
  keyFingerprints(key: Uint8Array): void;
  /** Marks are `[redacted:<rule>:<fingerprint>]`. The same text comes back where nothing is found. */
  redactText(text: string, onFound?: (found: Found) => void): string;
  /** Of a log or a terminal. Marks are `***`. */
  openStream(options: StreamOptions): RedactingStream;
  readonly counts: RedactionCounts;
  /** Makes what would be made when it is first needed, a part each turn. Absent: there is nothing left to make. */
  makeReady?(): Generator<undefined, void>;
}

export interface RedactionCounts {
  /** Marks that were put. */
  readonly redacted: number;
  /** Values that are masked. */
  readonly values: number;
  /** Values that were given and are not masked, each once, up to 10,000. */
  readonly refusedValues: number;
  /** Stretches that were too long, or encoded too many times over, to be decoded to their end. */
  readonly notDecoded: number;
}

/** As many as may be masked; a job can give others for as long as it runs. */
const MAX_REFUSED = 10_000;

export function createRedaction(options: RedactionOptions = {}): Redaction {
  const turns = createRedactionInTurns(options);
  let turn = turns.next();
  while (turn.done !== true) turn = turns.next();
  return turn.value;
}

/** For whoever has something else to do in between: all of it takes some 40 ms where nothing is compiled yet. */
export function* createRedactionInTurns(
  options: RedactionOptions = {},
): Generator<undefined, Redaction> {
  const scanner = createScanner();
  const knownValues = createKnownValues(scanner.windows);
  yield;
  const search = yield* createSearch(options, scanner, knownValues);
  yield;
  let isKeyed = options.fingerprintKey !== undefined;
  let fingerprint = createFingerprint(options.fingerprintKey);
  const toRefused = fingerprint;
  const counts = { redacted: 0, notDecoded: 0 };
  const refused = new Set<string>();
  const addValue: Redaction["addValue"] = (value, source, origin) => {
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    const added = knownValues.add(bytes, source, origin);
    const isRefused = added !== "added" && added !== "known";
    if (isRefused && refused.size < MAX_REFUSED) refused.add(toRefused(bytes));
    return added;
  };
  const parts: StreamParts = {
    scanner,
    stripper: createStripper(scanner, STREAM_BYTES),
    search,
    memory: createStreamMemory(scanner.memory),
    addMask: (value) => addValue(value, "a mask command", "observed") === "added",
    longestPartial: knownValues.longestPartial,
    countFound: () => void counts.redacted++,
    countNotDecoded: (count) => void (counts.notDecoded += count),
    toFound(find, place) {
      const { rule, encodings, confidence, source } = find;
      const secret = secretOf(find, scanner.memory.bytes);
      counts.redacted++;
      const origin = source === undefined ? {} : { source };
      return { rule, fingerprint: fingerprint(secret), encodings, confidence, ...origin, ...place };
    },
  };
  return {
    addValue,
    keyFingerprints(key) {
      if (isKeyed) return;
      isKeyed = true;
      fingerprint = createFingerprint(key);
    },
    redactText: createTextRedactor(parts),
    openStream: (streamOptions) => createRedactingStream(parts, streamOptions),
    get counts() {
      return { ...counts, values: knownValues.count, refusedValues: refused.size };
    },
  };
}

/** Of two detectors that find the same, the one that is listed first names it. */
function* createSearch(
  { shapes = true, structures = true, decoding = true }: RedactionOptions,
  scanner: Scanner,
  knownValues: WindowInspector,
): Generator<undefined, SecretSearch> {
  let masks: MaskCommand[] = [];
  const detectors: Detector[] = [
    createMaskCommands((value, lineEnd) => void masks.push({ value, lineEnd })),
    ...(shapes ? [{ ...createShapeDetector(), isToken: true }] : []),
  ];
  yield;
  if (structures) detectors.push(...createStructureDetectors());
  yield;
  return createSecretSearch({
    scanner,
    detectors,
    knownValues,
    ...(decoding && { decoding: { decodeRun, escapes: escapeDecoders } }),
    takeMasks() {
      const taken = masks;
      masks = [];
      return taken;
    },
  });
}
