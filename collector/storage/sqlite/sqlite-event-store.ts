/** Events in SQLite: one thread writes, this one reads. */
import type { EventStore } from "../../event-store.ts";
import { openForReading } from "./open-database.ts";
import { createReader } from "./reader.ts";
import { createWriter } from "./writer.ts";

/** The directory is there, and held (`lockDirectory`). Throws `data-directory` and `newer-schema`. */
export async function openSqliteEventStore(directory: string): Promise<EventStore> {
  await using stack = new AsyncDisposableStack();
  const writer = stack.use(await createWriter(directory));
  // Closed before the writer, which then is alone and can bring the log into the database.
  const database = stack.adopt(openForReading(directory), (opened) => opened.close());
  const reader = createReader(database);
  const opened = stack.move();
  return {
    ...reader,
    startRun: (run) => writer.write({ kind: "start-run", run }),
    appendBatch: (batch) => writer.write({ kind: "append-batch", batch }),
    finishRun: (runId, endedAt) => writer.write({ kind: "finish-run", runId, endedAt }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
