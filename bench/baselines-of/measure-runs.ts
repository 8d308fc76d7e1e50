import { USUAL_DETECTION } from "../../collector/detection/detection-file.ts";
import { createDetector, type Detector } from "../../collector/detection/detector.ts";
import type { DetectionWrite } from "../../collector/detection/thread-messages.ts";
import { readStored } from "../../collector/ingest/read-stored.ts";
import { createBaselineReader } from "../../collector/storage/sqlite/baseline-reader.ts";
import { openForReading } from "../../collector/storage/sqlite/open-database.ts";
import { createPupilReader } from "../../collector/storage/sqlite/pupil-reader.ts";
import { openSqliteEventStore } from "../../collector/storage/sqlite/sqlite-event-store.ts";
import { storeSignedRun } from "../../test/collector/support/signed-run.ts";
import { toQuantile } from "../harness/statistics.ts";
import type { Row } from "../harness/table.ts";
import { baselineOf, makeRunOf, type RunKind } from "./learned-job.ts";

const MASTER_KEY = Buffer.alloc(32, 7);
const BATCH = 100;
const WARM_UP = 5;

/** From when a run has ended until what it taught is on disk: it is read, judged and learned from, one after the other. */
export async function measureRuns(
  directory: string,
  { kind, runs }: { readonly kind: RunKind; readonly runs: number },
): Promise<Row> {
  await using store = await openSqliteEventStore({ directory, onFault() {}, onEnd() {} });
  using database = openForReading(directory);
  const detector = createDetector({
    pupils: createPupilReader(database),
    baselines: createBaselineReader(database),
    readEvents: (batch) => readStored(batch).events,
    settings: USUAL_DETECTION,
    now: Date.now,
    lookLater() {},
    write: async (writes) => void (await Promise.all(writes.map(apply))),
  });
  const apply = (write: DetectionWrite): Promise<void> =>
    write.kind === "find" ? store.addOwnFinding(write.finding) : store.teachRun(write.taught);
  const events = makeRunOf(kind);
  const { content, features } = baselineOf(kind);
  const repository = `acme/${kind}`;
  const key = JSON.stringify(["default", null, repository, "build", "build"]);
  const name = { tenant: "default", key, repository, workflow: "build", job: "build" };
  await store.putBaseline({ name, content, revision: 0, at: Date.now() });
  const tookMs: number[] = [];
  const cpuMs: number[] = [];
  for (let run = 0; run < runs + WARM_UP; run += 1) {
    const id = `00000000-0000-4000-8000-${kind}-${run}`;
    const batches = Array.from({ length: Math.ceil(events.length / BATCH) }, (_, index) => ({
      at: Date.now(),
      events: events.slice(index * BATCH, (index + 1) * BATCH),
    }));
    const ci = { provider: "github-actions", ref: "refs/heads/main", repository } as const;
    await storeSignedRun(store, {
      id,
      ci: { ...ci, workflow: "build", job: "build" },
      masterKey: MASTER_KEY,
      startedAt: Date.now(),
      batches,
      isOver: true,
    });
    const took = await measure(detector, id);
    if (run < WARM_UP) continue;
    tookMs.push(took.ms);
    cpuMs.push(took.cpuMs);
  }
  if (detector.figures.lessons.learned !== runs + WARM_UP) {
    throw new Error(`what became of the runs: ${JSON.stringify(detector.figures.lessons)}`);
  }
  return {
    runs: `${runs} ${kind}`,
    events: events.length,
    features,
    "p50 ms": toQuantile(tookMs, 0.5).toFixed(1),
    "p99 ms": toQuantile(tookMs, 0.99).toFixed(1),
    "CPU p99 ms": toQuantile(cpuMs, 0.99).toFixed(1),
    "CPU p50 ms": toQuantile(cpuMs, 0.5).toFixed(1),
    "CPU µs an event": ((toQuantile(cpuMs, 0.5) * 1_000) / events.length).toFixed(2),
    "packed bytes": content.document.length,
  };
}

async function measure(detector: Detector, runId: string) {
  const before = process.threadCpuUsage();
  const startedAt = performance.now();
  let isDone = false;
  while (!isDone) isDone = await detector.look(runId);
  const { user, system } = process.threadCpuUsage(before);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1_000 };
}
