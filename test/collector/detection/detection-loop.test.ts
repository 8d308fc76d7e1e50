import { expect, test } from "vitest";

import { USUAL_DETECTION } from "../../../collector/detection/detection-file.ts";
import {
  createDetectionLoop,
  type DetectionLoop,
  type LoopPatience,
} from "../../../collector/detection/detection-loop.ts";
import type { DetectorBounds } from "../../../collector/detection/detector.ts";
import type {
  DetectionFigures,
  FromDetection,
} from "../../../collector/detection/thread-messages.ts";
import type {
  BaselineContent,
  PupilReader,
  PupilRun,
  RunLesson,
  StoredBaseline,
} from "../../../collector/stores/baseline-store.ts";
import type { StoredBatch } from "../../../collector/stores/event-store.ts";
import type { GuardEvent } from "../../../protocol/index.ts";
import { createEventsOfRun } from "./model/support/events-of-run.ts";

const EVENTS_OF_BATCH = 2;

test.concurrent("a run that was over before all began is taken up at once", async () => {
  const { lessons, figures } = await learnFrom(["run"]);

  expect(lessons).toEqual({ run: "learned" });
  expect(figures).toMatchObject({ lessons: { learned: 1 }, behind: 0 });
});

test.concurrent("a run that cannot be read is tried some times and given up, and others are learned from", async () => {
  const tried: string[] = [];
  const { lessons, troubles } = await learnFrom(["bad", "good"], {
    patience: { maxFailures: 3, retryMs: 0 },
    onRead(runId) {
      if (runId === "bad") throw new Error(`try ${tried.push(runId)}`);
    },
  });

  expect(lessons).toEqual({ bad: "incomplete", good: "learned" });
  expect(troubles).toEqual(["run bad: try 1", "run bad: try 2", "run bad: try 3"]);
});

test.concurrent("a run that is over teaches when what was found in it is answered, and keeps nobody waiting until then", async () => {
  const looks: string[] = [];
  const { lessons } = await learnFrom(["found", "other"], {
    patience: { answerMs: 1 },
    isUnanswered: (runId) => runId === "found" && looks.push(runId) < 5,
  });

  expect(Object.entries(lessons)).toEqual([
    ["other", "learned"],
    ["found", "learned"],
  ]);
});

test.concurrent("a run of more events than anybody reads is left out", async () => {
  const { lessons, figures } = await learnFrom(["run"], { bounds: { maxEvents: 6 }, events: 40 });

  expect(lessons).toEqual({ run: "too-large" });
  expect(figures?.events).toBeLessThan(40);
});

test.concurrent("however many long runs are over at once, each is read once and learned from", async () => {
  const runIds = Array.from({ length: 40 }, (_, run) => `run-${run}`);
  const bounds = { eventsOfLook: 10, maxProfiles: 2, maxEndings: 3 };
  const { lessons, figures } = await learnFrom(runIds, { bounds, events: 100 });

  expect(lessons).toEqual(Object.fromEntries(runIds.map((runId) => [runId, "learned"])));
  expect(figures).toMatchObject({ events: 40 * 100, leftToEnd: 0 });
});

interface Stored {
  readonly bounds?: Partial<DetectorBounds>;
  readonly patience?: Partial<LoopPatience>;
  /** Of each run. */
  readonly events?: number;
  readonly isUnanswered?: (runId: string) => boolean;
  readonly onRead?: (runId: string) => void;
}

interface Learned {
  readonly lessons: Readonly<Record<string, RunLesson>>;
  readonly troubles: readonly string[];
  readonly figures: DetectionFigures | undefined;
}

/** A store in memory with runs that are over, until none of them waits. */
async function learnFrom(runIds: readonly string[], stored: Stored = {}): Promise<Learned> {
  const lessons = new Map<string, RunLesson>();
  const troubles: string[] = [];
  const batches = toBatches(stored.events ?? 10);
  let content: BaselineContent | undefined;
  let revision = 0;
  let figures: DetectionFigures | undefined;
  let loop: DetectionLoop | undefined;
  const done = Promise.withResolvers<void>();
  const post = (message: FromDetection): void => {
    if (message.kind === "trouble") troubles.push(message.message);
    if (message.kind === "figures") {
      ({ figures } = message);
      if (lessons.size === runIds.length) done.resolve();
    }
    if (message.kind !== "write") return;
    for (const write of message.writes) {
      if (write.kind !== "teach") continue;
      const { runId, lesson, change } = write.taught;
      lessons.set(runId, lesson);
      if (change === null) continue;
      ({ content } = change);
      revision = change.revision + 1;
    }
    queueMicrotask(() => loop?.take({ kind: "written", number: message.number }));
  };
  const listLessons: PupilReader["listLessons"] = (runId, { afterSeq, limit }) => {
    stored.onRead?.(runId);
    const rest = [...batches.keys()].filter(({ firstSeq }) => firstSeq > afterSeq);
    return rest.slice(0, limit);
  };
  loop = createDetectionLoop({
    pupils: {
      findPupil: (runId) => ({ ...RUN, id: runId, lesson: lessons.get(runId) ?? null }),
      listEnded: () => runIds.filter((runId) => !lessons.has(runId)),
      listLessons,
      isUnanswered: (runId) => stored.isUnanswered?.(runId) ?? false,
      hasOpenFinding: () => false,
      isFindingOpen: () => false,
      findTold: () => undefined,
    },
    baselines: {
      findRevision: () => (content === undefined ? undefined : revision),
      findBaselineOf: (key): StoredBaseline | undefined =>
        content === undefined ? undefined : { ...NAMED, ...content, key, revision },
    },
    readEvents: (batch) => batches.get(batch) ?? [],
    settings: USUAL_DETECTION,
    ...(stored.bounds && { bounds: stored.bounds }),
    ...(stored.patience && { patience: stored.patience }),
    post,
    now: () => 0,
    uptime: () => performance.now(),
  });
  await done.promise;
  await loop.end();
  return { lessons: Object.fromEntries(lessons), troubles, figures };
}

const RUN: PupilRun = {
  id: "run",
  tenant: "default",
  ci: { provider: "github-actions", repository: "acme/app", job: "build", ref: "refs/heads/main" },
  identity: null,
  state: "over",
  lesson: null,
  acknowledged: 10,
  lastSeenAt: 0,
  startedAt: 0,
  endedAt: 0,
  lost: 0,
  isDegraded: false,
  isCut: false,
  isContained: false,
};
const NAMED = {
  id: 1,
  tenant: "default",
  repository: "acme/app",
  workflow: null,
  job: "build",
  changedAt: 0,
  usedAt: 0,
};

function toBatches(count: number): ReadonlyMap<StoredBatch, readonly GuardEvent[]> {
  const run = createEventsOfRun();
  const npm = run.start("/usr/bin/npm");
  while (run.events.length < count - 1) run.connect(npm, "registry.npmjs.org");
  const events = run.stop();
  const batches = new Map<StoredBatch, readonly GuardEvent[]>();
  for (let at = 0; at < events.length; at += EVENTS_OF_BATCH) {
    const some = events.slice(at, at + EVENTS_OF_BATCH);
    const batch = { firstSeq: at + 1, count: some.length, mac: "", receivedAt: 0 };
    batches.set({ ...batch, encoding: "zstd", content: new Uint8Array() }, some);
  }
  return batches;
}
