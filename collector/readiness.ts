/** Whether the collector can take what agents send. */
import { statfsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

import type { EventStore } from "./stores/event-store.ts";
import type { AlertingFigures, IncidentStore } from "./stores/incident-store.ts";

export interface Check {
  readonly name: "store" | "disk" | "clock" | "alerting";
  readonly ok: boolean;
  /** What is wrong, and what to do. */
  readonly reason?: string;
}

export interface ReadinessOptions {
  readonly store: Pick<EventStore, "checkWritable" | "findNewestStart"> &
    Pick<IncidentStore, "readAlertingFigures">;
  readonly directory: string;
  /** Those of the file of --alerting. */
  readonly sinks: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
}

/** An answer is as good for so long: whoever asks needs no token. */
const FRESH_MS = 2_000;
/** Whoever asks is to hear it before it gives up. */
const MAX_STORE_MS = 2_000;
const SLOW = `nothing was stored within ${MAX_STORE_MS} ms; look at the disk`;
/** What a minute of a busy collector writes. */
const MIN_FREE_BYTES = 268_435_456;
/** Times of what is stored come from this clock. */
const MAX_BEHIND_MS = 60_000;
/** Some attempts have failed by then. */
const MAX_UNTOLD_MS = 300_000;

export function createReadiness(options: ReadinessOptions): () => Promise<readonly Check[]> {
  const { uptime } = options;
  let last: Promise<readonly Check[]> | undefined;
  let lastAt = 0;
  return () => {
    if (last === undefined || uptime() - lastAt > FRESH_MS) {
      last = look(options);
      lastAt = uptime();
    }
    return last;
  };
}

async function look({ store, directory, sinks, now }: ReadinessOptions): Promise<readonly Check[]> {
  return [
    await checkStore(store),
    tryCheck("disk", () => findDiskFault(directory)),
    tryCheck("clock", () => findClockFault(store.findNewestStart(), now())),
    tryCheck("alerting", () => findAlertingFault(store.readAlertingFigures(now(), sinks), now())),
  ];
}

async function checkStore(store: Pick<EventStore, "checkWritable">): Promise<Check> {
  try {
    const isOnDisk = store.checkWritable().then(() => true);
    const ok = await Promise.race([isOnDisk, setTimeout(MAX_STORE_MS, false, { ref: false })]);
    return ok ? { name: "store", ok } : { name: "store", ok, reason: SLOW };
  } catch {
    return { name: "store", ok: false, reason: "nothing can be stored; the log says why" };
  }
}

function tryCheck(name: Check["name"], find: () => string | undefined): Check {
  try {
    const reason = find();
    return reason === undefined ? { name, ok: true } : { name, ok: false, reason };
  } catch (error) {
    const why = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    return { name, ok: false, reason: `cannot be told${why}` };
  }
}

function findDiskFault(directory: string): string | undefined {
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  if (free >= MIN_FREE_BYTES) return undefined;
  return `${free} bytes are free where the data lies, and ${MIN_FREE_BYTES} are needed`;
}

function findAlertingFault(
  { oldestDueAt, waitingBySink, unnamedBySink }: AlertingFigures,
  now: number,
): string | undefined {
  if (oldestDueAt === null || now - oldestDueAt <= MAX_UNTOLD_MS) return undefined;
  const seconds = Math.round((now - oldestDueAt) / 1_000);
  const sinks = Object.keys(waitingBySink)
    .filter((sink) => unnamedBySink[sink] === undefined)
    .join(", ");
  return `alerts wait for ${seconds} s (${sinks}); GET /v1/deliveries?state=waiting says why`;
}

function findClockFault(newestStart: number, now: number): string | undefined {
  if (newestStart - now <= MAX_BEHIND_MS) return undefined;
  const seconds = Math.round((newestStart - now) / 1_000);
  return `the clock is ${seconds} s behind what is stored already; set it right`;
}
