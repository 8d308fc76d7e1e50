/** The end of detection that the collector sees: it says which runs have something new, and writes what the thread makes of them. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import type { BaselineStore } from "../stores/baseline-store.ts";
import type { OwnFindingStore } from "../stores/news-store.ts";
import type { DetectionSettings } from "./detection-file.ts";
import {
  type DetectionFigures,
  type DetectionWrite,
  type FromDetection,
  NO_FIGURES,
  type ThreadData,
  type ToDetection,
} from "./thread-messages.ts";

export interface Detection extends AsyncDisposable {
  /** A batch of it is on disk. */
  noteBatch(runId: string): void;
  /** It has said goodbye. */
  noteEnd(runId: string): void;
  /** Something became of findings: who was held back for one may teach now. */
  noteNews(): void;
  readonly figures: DetectionFigures;
  /** How often its thread had to be started again. */
  readonly restarts: number;
}

export interface DetectionOptions {
  /** The thread's. */
  readonly program: URL;
  readonly directory: string;
  readonly settings: DetectionSettings;
  readonly store: Pick<BaselineStore, "teachRun"> & Pick<OwnFindingStore, "addOwnFinding">;
  /** Something of a run could not be read, or not be written: it is tried again. */
  readonly onTrouble: (message: string) => void;
  /** The thread ended by a bug, or for want of memory; another one is started. */
  readonly onCrash: (error: Error) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Batches of one run come several times a second: one look is for all of them. */
const TELL_EACH_MS = 250;
/** What is beyond is found when those runs are over, as all is that nobody tells of. */
const MAX_UNTOLD = 50_000;
/** Two or three times what profiles and baselines at hand take by their own bounds: 250 MB, 8 that are over, and 64 baselines of 5 MB. */
const MAX_HEAP_MIB = 1_024;
const FIRST_RESTART_MS = 1_000;
const MAX_RESTART_MS = 300_000;
/** Who has worked for so long may be started at once the next time. */
const SOUND_MS = 60_000;
const MAX_SUSPECTS = 1_000;

export async function startDetection(options: DetectionOptions): Promise<Detection> {
  const { program, directory, settings, store, onTrouble, onCrash, now } = options;
  const going = new Set<string>();
  const ended = new Set<string>();
  const writing = new Set<Promise<void>>();
  const past = { figures: NO_FIGURES, restarts: 0 };
  let figures = NO_FIGURES;
  let worker: Worker | undefined;
  let current: string | undefined;
  const suspects = new Set<string>();
  let restartMs = FIRST_RESTART_MS;
  let startedAt = 0;
  let restart: NodeJS.Timeout | undefined;
  let isClosing = false;
  let hasNews = false;

  const post = (message: ToDetection): void => worker?.postMessage(message);
  const tell = (): void => {
    if (worker === undefined) return;
    if (going.size + ended.size > 0) {
      post({ kind: "look", going: [...going], ended: [...ended] });
      going.clear();
      ended.clear();
    }
    if (hasNews) post({ kind: "scan" });
    hasNews = false;
  };
  const write = async (number: number, writes: readonly DetectionWrite[]): Promise<void> => {
    try {
      await Promise.all(writes.map((one) => apply(store, one)));
      post({ kind: "written", number });
    } catch (error) {
      post({ kind: "written", number, fault: error instanceof Error ? error.message : "" });
    }
  };
  const take = (message: FromDetection): void => {
    switch (message.kind) {
      case "ready":
        return;
      case "turn":
        current = message.runId;
        return;
      case "figures":
        figures = message.figures;
        if (performance.now() - startedAt >= SOUND_MS) restartMs = FIRST_RESTART_MS;
        return;
      case "trouble":
        return onTrouble(message.message);
      case "write": {
        const done = write(message.number, message.writes).finally(() => writing.delete(done));
        writing.add(done);
      }
    }
  };
  const leaveOut = async (runId: string): Promise<void> => {
    const taught = { runId, lesson: "too-large", key: null, change: null, at: now() } as const;
    await store.teachRun(taught).catch(() => onTrouble(`run ${runId} cannot be left out`));
  };
  /** Memory is used up by all together, so it may be anybody's turn. A run that it ends at twice is not looked at again. */
  const suspect = (runId: string): void => {
    if (suspects.delete(runId)) return void leaveOut(runId);
    if (suspects.size >= MAX_SUSPECTS) suspects.clear();
    suspects.add(runId);
  };
  const start = (): Worker => {
    startedAt = performance.now();
    const workerData: ThreadData = { directory, settings };
    const resourceLimits = { maxOldGenerationSizeMb: MAX_HEAP_MIB };
    const started = new Worker(program, { workerData, resourceLimits });
    let crash: Error | undefined;
    started.on("message", take);
    started.on("error", (error: Error) => (crash = error));
    started.on("exit", () => {
      worker = undefined;
      if (isClosing) return;
      onCrash(crash ?? new Error("the thread that learns has ended"));
      past.figures = addFigures(past.figures, figures);
      figures = NO_FIGURES;
      past.restarts += 1;
      if (current !== undefined) suspect(current);
      current = undefined;
      restart = setTimeout(() => (worker = start()), restartMs);
      restartMs = Math.min(restartMs * 2, MAX_RESTART_MS);
    });
    return started;
  };

  worker = start();
  await once(worker, "message").catch((error: unknown) => {
    isClosing = true;
    throw error;
  });
  const telling = setInterval(tell, TELL_EACH_MS);
  return {
    noteBatch: (runId) => note(going, runId),
    noteEnd: (runId) => note(ended, runId),
    noteNews() {
      hasNews = true;
    },
    get figures() {
      return addFigures(past.figures, figures);
    },
    get restarts() {
      return past.restarts;
    },
    async [Symbol.asyncDispose]() {
      isClosing = true;
      clearInterval(telling);
      clearTimeout(restart);
      const open = worker;
      if (open !== undefined) {
        const exited = once(open, "exit");
        post({ kind: "close" });
        await exited;
      }
      await Promise.all(writing);
    },
  };
}

function note(runs: Set<string>, runId: string): void {
  if (runs.size < MAX_UNTOLD) runs.add(runId);
}

function apply(store: DetectionOptions["store"], write: DetectionWrite): Promise<void> {
  return write.kind === "find" ? store.addOwnFinding(write.finding) : store.teachRun(write.taught);
}

/** What has ended, and what is. */
function addFigures(ended: DetectionFigures, now: DetectionFigures): DetectionFigures {
  return {
    ...now,
    events: ended.events + now.events,
    leftToEnd: ended.leftToEnd + now.leftToEnd,
    anomalies: addCounts(ended.anomalies, now.anomalies),
    lessons: addCounts(ended.lessons, now.lessons),
  };
}

type Counts = Readonly<Record<string, number>>;

function addCounts(one: Counts, other: Counts): Counts {
  const sums: Record<string, number> = { ...one };
  for (const [name, count] of Object.entries(other)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
