/** The agent's end of the way to the collector: events in, batches out, and an account of what became of them. */
import { BATCH_LIMITS, type GuardEvent, type StartRunRequest } from "../../protocol/index.ts";
import { createCollectorSession, type StartedRun } from "./collector-session.ts";
import { toEventLines, toTails } from "./event-lines.ts";
import { createLosses } from "./losses.ts";
import { createOpenBatch, type GatheredBatch } from "./open-batch.ts";
import { pack, unpack } from "./packing.ts";
import { createSender, type Sender } from "./sender.ts";
import type { BatchStore } from "./spool/batch-store.ts";
import type { Beginning } from "./spool/beginning.ts";
import { createSpool, type Spool, type SpoolPolicy } from "./spool/spool.ts";
import type { Transport } from "./transport/transport.ts";

export interface CollectorStreamOptions {
  readonly transport: Transport;
  readonly request: StartRunRequest;
  readonly store: BatchStore;
  /** Of a guard before this one that had the same claim. */
  readonly beginning: Beginning;
  readonly maxBytes: number;
  readonly policy: SpoolPolicy;
  /** Each time that the collector was asked for the run. */
  readonly onRun: (run: StartedRun) => void;
  readonly onTrouble: (reason: string | undefined) => void;
}

export interface CollectorStream extends AsyncDisposable {
  add(event: GuardEvent): void;
  /** What was added is sent, findings first, and the run is said to be over; no longer than that. */
  finish(timeoutMs: number): Promise<void>;
  delivery(): Delivery;
}

/** What became of the events. */
export interface Delivery {
  /** The run's name at the collector; undefined where it was never reached. */
  readonly runId: string | undefined;
  /** All that the guard told. */
  readonly told: number;
  /** Acknowledged: on the collector's disk. */
  readonly stored: number;
  /** In a spool on disk when the guard ended. */
  readonly waiting: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** The collector knows that this was all. */
  readonly isComplete: boolean;
}

/** A batch costs as much as a thousand events, whatever is in it; packing one of this size holds up the guard for two milliseconds. */
const MAX_EVENTS = 2_000;
/** Far from what a collector takes at once. */
const MAX_CHARACTERS = 1_048_576;
/** Somebody watches a run while it goes on. */
const MAX_AGE_MS = 500;
/** Fewer than these are sent as fast in their order. */
const MANY_BATCHES = 4;
/** Copies of findings that go first. */
const MAX_COPIES = 1_000;

export function createCollectorStream(options: CollectorStreamOptions): CollectorStream {
  const { beginning, store } = options;
  const losses = createLosses();
  const spool = createSpool(store, {
    ...options,
    onEvicted: ({ fromEvent, toEvent }) => losses.add("spool-full", toEvent - fromEvent + 1),
  });
  losses.add("guard-killed", beginning.killed);
  const before = beginning.lastEvent + beginning.killed;
  /** Events that were told, and those of them that are in a batch or lost. */
  const counts = { told: before, settled: before };
  let isComplete = false;
  const session = createCollectorSession(options.transport);
  const sender = createSender({
    ...options,
    session,
    spool,
    losses,
    position: beginning.position,
    saysGoodbye: true,
  });
  const append = ({ events, isImportant, isLast }: GatheredBatch) => {
    const [fromEvent, toEvent] = [counts.settled - events.length + 1, counts.settled];
    const firstSeq = predictSeq(fromEvent, spool, sender);
    const content = pack(toEventLines(events, firstSeq));
    const place = { firstSeq, count: events.length, fromEvent, toEvent };
    const importance = isLast ? "last" : isImportant ? "important" : "ordinary";
    const outcome = spool.append({ ...place, isImportant, isLast, content }, importance);
    if (outcome === "kept") sender.wake();
    return outcome;
  };
  const keep = (batch: GatheredBatch): void => {
    const { events } = batch;
    counts.settled += events.length;
    const outcome = append(batch);
    if (outcome === "kept") return;
    // Of a batch that has no room what matters gets in.
    const important = events.filter((event) => event.importance !== "ordinary");
    const isWorthwhile = important.length > 0 && important.length < events.length;
    const isKept = isWorthwhile && append({ ...batch, events: important }) === "kept";
    losses.add(
      outcome === "full" ? "spool-full" : "spool-unwritable",
      events.length - (isKept ? important.length : 0),
    );
  };
  const open = createOpenBatch({
    maxEvents: MAX_EVENTS,
    maxCharacters: MAX_CHARACTERS,
    maxAgeMs: MAX_AGE_MS,
    maxEventBytes: BATCH_LIMITS.maxEventBytes,
    onFull: keep,
    onTooLong() {
      counts.settled += 1;
      losses.add("too-long", 1);
    },
  });
  return {
    add(event) {
      counts.told += 1;
      store.noteTold(counts.told);
      open.add(event);
    },
    async finish(timeoutMs) {
      open.flush();
      if (store.length >= MANY_BATCHES) sender.sendFirst(copyFindings(store));
      const outcome = await sender.finish(AbortSignal.timeout(timeoutMs));
      isComplete = outcome === "finished";
      if (store.kind === "disk") return;
      losses.add(outcome === "refused" ? "not-accepted" : "out-of-time", countWaiting(store));
    },
    delivery: () => ({
      runId: sender.position.runId || undefined,
      told: counts.told - before,
      stored: sender.stored,
      waiting: store.kind === "disk" ? countWaiting(store) : 0,
      dropped: losses.byReason,
      isComplete,
    }),
    async [Symbol.asyncDispose]() {
      open[Symbol.dispose]();
      await sender.stop();
      options.transport[Symbol.dispose]();
      spool[Symbol.dispose]();
    },
  };
}

/** What will be due if nothing more is let go of; where that turns out wrong, the batch gets other numbers when it is sent. */
function predictSeq(fromEvent: number, { store }: Spool, sender: Pick<Sender, "position">): number {
  const last = store.head(store.length - 1);
  const { acknowledged, toEvent } = sender.position;
  const due = last === undefined ? acknowledged + 1 : last.firstSeq + last.count;
  // One event tells of what is missing.
  return fromEvent - 1 > (last?.toEvent ?? toEvent) ? due + 1 : due;
}

/** Whoever has a finding already takes the later one, which has the whole count. */
function copyFindings(store: BatchStore): string[] {
  const tails: string[] = [];
  for (let index = 1; index < store.length && tails.length < MAX_COPIES; index += 1) {
    const content = store.head(index)?.isImportant === true ? store.read(index) : undefined;
    const lines = content && unpack(content);
    if (lines === undefined) continue;
    tails.push(...toTails(lines).filter((tail) => tail.includes('"kind":"finding"')));
  }
  return tails.slice(0, MAX_COPIES);
}

function countWaiting(store: BatchStore): number {
  let count = 0;
  for (let index = 0; index < store.length; index += 1) {
    const head = store.head(index);
    count += head === undefined ? 0 : head.toEvent - head.fromEvent + 1;
  }
  return count;
}
