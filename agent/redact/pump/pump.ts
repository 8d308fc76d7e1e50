/**
 * Carries everything from one descriptor to another through a redacting stream. What was read is written before more is
 * read, so that a reader that stalls holds up whoever writes, as it would without this.
 */
import { setImmediate as nextTurn } from "node:timers/promises";

import type { RedactingStream } from "../redaction.ts";
import { createDescriptorReader, type DescriptorReader } from "./descriptor-reader.ts";
import { createDescriptorWriter, type DescriptorWriter } from "./descriptor-writer.ts";
import { createGatheredOutput, type GatheredOutput } from "./gathered-output.ts";
import { createReadiness, type Readiness } from "./readiness.ts";

export interface PumpOptions {
  /** Whether it blocks does not matter. Both stay open. */
  readonly input: number;
  readonly output: number;
  /** `emit` takes what the stream gives, within the stream's own calls. */
  readonly openStream: (emit: (bytes: Uint8Array) => void) => RedactingStream;
}

export type PumpOutcome =
  | { readonly status: "ended" }
  /** `stop` was called, and the input has not ended. */
  | { readonly status: "stopped" }
  /** Whoever reads the output has enough: a pipe without a reader, a terminal that was closed. */
  | { readonly status: "reader-gone" }
  | { readonly status: "failed"; readonly side: "input" | "output"; readonly error: unknown };

export interface Pump extends AsyncDisposable {
  /** Does not reject for what becomes of the descriptors. */
  readonly ended: Promise<PumpOutcome>;
  /** Takes what still comes within this time, and at least what is there; then ends as if the input had. */
  stop(patienceMs: number): void;
}

/** Of the input while a line is begun; then what is held is shown as far as it may be. */
const SILENCE_MS = 200;
/** How long nothing else of this process gets its turn while there is always something to read. */
const TURN_MS = 5;
/** More than a pipe holds (/proc/sys/fs/pipe-max-size), so that what was written before the stop is read. */
const MAX_BYTES_AFTER_STOP = 2_097_152;

export function createPump({ input, output, openStream }: PumpOptions): Pump {
  const gathered = createGatheredOutput();
  const stream = openStream(gathered.add);
  const readiness = createReadiness(input, output);
  const progress: Progress = {
    silentSince: performance.now(),
    stopsAt: Number.POSITIVE_INFINITY,
    bytesAfterStop: 0,
  };
  let isOver = false;
  const ended = carry({
    reader: createDescriptorReader(input),
    writer: createDescriptorWriter(output, readiness),
    readiness,
    gathered,
    stream,
    progress,
  }).finally(() => {
    isOver = true;
    readiness[Symbol.dispose]();
  });
  const stop = (patienceMs: number): void => {
    if (isOver) return;
    progress.stopsAt = Math.min(progress.stopsAt, performance.now() + patienceMs);
    readiness.wake();
  };
  return {
    ended,
    stop,
    async [Symbol.asyncDispose]() {
      stop(0);
      await ended.catch(() => undefined);
    },
  };
}

/** Times are those of `performance.now`. */
interface Progress {
  silentSince: number;
  stopsAt: number;
  bytesAfterStop: number;
}

interface Parts {
  readonly reader: DescriptorReader;
  readonly writer: DescriptorWriter;
  readonly readiness: Readiness;
  readonly gathered: GatheredOutput;
  readonly stream: RedactingStream;
  readonly progress: Progress;
}

type Step = PumpOutcome | { readonly status: "goes-on" };

const GOES_ON: Step = { status: "goes-on" };

async function carry(parts: Parts): Promise<PumpOutcome> {
  const { writer, gathered, stream } = parts;
  let turnEndsAt = performance.now() + TURN_MS;
  for (;;) {
    const step = takeIn(parts) ?? (await waitForInput(parts));
    if (step.status !== "goes-on") stream.end();
    const written = await writer.write(gathered.take());
    if (written.status === "failed") return { ...written, side: "output" };
    if (written.status === "reader-gone") return written;
    if (step.status !== "goes-on") return step;
    if (performance.now() < turnEndsAt) continue;
    await nextTurn();
    turnEndsAt = performance.now() + TURN_MS;
  }
}

/** Undefined where nothing is there to be read. */
function takeIn({ reader, readiness, stream, progress }: Parts): Step | undefined {
  const { isReadable, isReaderGone } = readiness.look("input");
  if (isReaderGone) return { status: "reader-gone" };
  const now = performance.now();
  const isStopped = now >= progress.stopsAt;
  if (isStopped && (!isReadable || progress.bytesAfterStop >= MAX_BYTES_AFTER_STOP)) {
    return { status: "stopped" };
  }
  if (!isReadable) return undefined;
  const result = reader.read(stream.room());
  if (result.status === "failed") return { ...result, side: "input" };
  if (result.status === "ended") return result;
  if (result.status === "nothing") return undefined;
  stream.filled(result.count);
  progress.silentSince = now;
  if (isStopped) progress.bytesAfterStop += result.count;
  return GOES_ON;
}

async function waitForInput({ readiness, stream, progress }: Parts): Promise<Step> {
  const releasesAt = stream.isHolding
    ? progress.silentSince + SILENCE_MS
    : Number.POSITIVE_INFINITY;
  const { isReadable } = await readiness.wait("input", Math.min(releasesAt, progress.stopsAt));
  if (!isReadable && performance.now() >= releasesAt) stream.release();
  return GOES_ON;
}
