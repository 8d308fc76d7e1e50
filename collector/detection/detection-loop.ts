/** One run after the other, those that wait longest first, each for a short while. */
import { setImmediate, setTimeout } from "node:timers/promises";

import { createDetector, type DetectorOptions, SILENT_FOR_GOOD_MS } from "./detector.ts";
import type { FromDetection, ToDetection } from "./thread-messages.ts";
import { createWorkQueue, type Waiting } from "./work-queue.ts";
import { createWriteRequests, NotWritten } from "./write-requests.ts";

export interface DetectionLoopOptions extends Omit<DetectorOptions, "write" | "lookLater"> {
  readonly post: (message: FromDetection) => void;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
  readonly patience?: Partial<LoopPatience>;
}

export interface LoopPatience {
  /** Of one run; a disk that is full lets all others fail, too. */
  readonly maxFailures: number;
  /** For a disk that is full, or a writer that is busy. */
  readonly retryMs: number;
  /** For whoever answers findings, mostly a few milliseconds. */
  readonly answerMs: number;
}

export interface DetectionLoop {
  take(message: Exclude<ToDetection, { readonly kind: "close" }>): void;
  /** Resolves when nothing is at work any more. */
  end(): Promise<void>;
}

/** Some 200 bytes each. Whatever is left out is found when it has ended. */
const MAX_WAITING = 100_000;
/** Runs that have ended and that nobody told of: before this was started, or while too many waited. */
const SCAN_EACH_MS = 15_000;
const SCANNED = 1_000;
const USUAL_PATIENCE: LoopPatience = { maxFailures: 3, retryMs: 2_000, answerMs: 200 };
const FIGURES_EACH_MS = 1_000;

export function createDetectionLoop(options: DetectionLoopOptions): DetectionLoop {
  const { pupils, post, now, uptime } = options;
  const { maxFailures, retryMs, answerMs } = { ...USUAL_PATIENCE, ...options.patience };
  const controller = new AbortController();
  const { signal } = controller;
  const requests = createWriteRequests(post);
  const postponed = new Set<string>();
  const detector = createDetector({
    ...options,
    write: (writes) => requests.write(writes),
    lookLater(runId) {
      // Who is left out here is over, and found by the next scan.
      if (postponed.size < MAX_WAITING) postponed.add(runId);
      answering ??= globalThis.setTimeout(lookAgain, answerMs);
    },
  });
  const queue = createWorkQueue(MAX_WAITING, uptime);
  let work: Promise<void> | undefined;
  let answering: NodeJS.Timeout | undefined;

  const failures = new Map<string, number>();

  const turn = async (waiting: Waiting): Promise<void> => {
    const { runId } = waiting;
    post({ kind: "turn", runId });
    try {
      const failed = failures.get(runId) ?? 0;
      if (failed >= maxFailures) await detector.giveUp(runId);
      else if (!(await detector.look(runId))) return queue.putBack(waiting);
      failures.delete(runId);
    } catch (error) {
      if (signal.aborted) return;
      post({ kind: "trouble", message: `run ${runId}: ${toMessage(error)}` });
      if (!(error instanceof NotWritten)) failures.set(runId, (failures.get(runId) ?? 0) + 1);
      detector.forget(runId);
      queue.putBack(waiting);
      await setTimeout(retryMs, undefined, { signal }).catch(() => {});
    }
  };
  const workOn = async (): Promise<void> => {
    for (let next = queue.take(); next !== undefined && !signal.aborted; next = queue.take()) {
      await turn(next);
      // Messages that have come meanwhile.
      await setImmediate();
    }
    work = undefined;
  };
  const start = (): void => {
    if (queue.size > 0 && !signal.aborted) work ??= workOn();
  };
  const lookAgain = (): void => {
    answering = undefined;
    for (const runId of postponed) queue.add(runId);
    postponed.clear();
    start();
  };
  const scan = (): void => {
    try {
      for (const runId of pupils.listEnded(now() - SILENT_FOR_GOOD_MS, SCANNED)) queue.add(runId);
    } catch (error) {
      post({ kind: "trouble", message: toMessage(error) });
    }
    start();
  };
  const tellFigures = (): void => {
    const { size: behind, lagMs } = queue;
    post({ kind: "figures", figures: { ...detector.figures, behind, lagMs } });
  };
  const timers = [setInterval(scan, SCAN_EACH_MS), setInterval(tellFigures, FIGURES_EACH_MS)];
  scan();
  return {
    take(message) {
      if (message.kind === "written") return requests.settle(message);
      if (message.kind === "scan") return scan();
      for (const runId of message.ended) queue.add(runId);
      for (const runId of message.going) if (detector.mayJudge(runId)) queue.add(runId);
      start();
    },
    async end() {
      controller.abort();
      timers.forEach((timer) => clearInterval(timer));
      clearTimeout(answering);
      requests.end();
      await work;
    },
  };
}

function toMessage(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
