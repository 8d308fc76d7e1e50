/** The thread that learns what is normal for jobs and finds what is not. It reads beside all others, and has written what it finds. */
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";

import { createDetectionLoop } from "./detection/detection-loop.ts";
import { type ToDetection, threadDataSchema } from "./detection/thread-messages.ts";
import { readStored } from "./ingest/read-stored.ts";
import { createBaselineReader } from "./storage/sqlite/baseline-reader.ts";
import { openForReading } from "./storage/sqlite/open-database.ts";
import { createPupilReader } from "./storage/sqlite/pupil-reader.ts";

/** On Linux of this thread alone: what agents send goes first, and this has what is left. */
const LAST = 19;
const THIS_THREAD = 0;

const port = parentPort;
if (port === null) throw new Error("detection-thread.ts is a worker's program");
const { directory, settings } = threadDataSchema.parse(workerData);
setPriority(THIS_THREAD, LAST);
const database = openForReading(directory);
const loop = createDetectionLoop({
  pupils: createPupilReader(database),
  baselines: createBaselineReader(database),
  readEvents: (batch) => readStored(batch).events,
  settings,
  post: (message) => port.postMessage(message),
  now: Date.now,
  uptime: () => performance.now(),
});
port.on("message", (message: ToDetection) => {
  if (message.kind !== "close") return loop.take(message);
  void end();
});
port.postMessage({ kind: "ready" });

async function end(): Promise<void> {
  await loop.end();
  database.close();
  port?.close();
}
