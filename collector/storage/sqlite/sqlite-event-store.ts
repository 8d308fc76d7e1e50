/** Events in SQLite: one thread writes, this one reads. */
import type { DatabaseSync } from "node:sqlite";

import type { EventStore } from "../../event-store.ts";
import { lockDirectory, openForReading } from "./open-database.ts";
import { createReader } from "./reader.ts";
import { createWriter } from "./writer.ts";

/** The directory is there. Throws `data-directory` and `newer-schema`. */
export async function openSqliteEventStore(directory: string): Promise<EventStore> {
  const lock = lockDirectory(directory);
  try {
    const writer = await createWriter(directory);
    const database = openForReading(directory);
    return {
      ...createReader(database),
      startRun: (run) => writer.write({ kind: "start-run", run }),
      appendBatch: (batch) => writer.write({ kind: "append-batch", batch }),
      finishRun: (runId, endedAt) => writer.write({ kind: "finish-run", runId, endedAt }),
      async [Symbol.asyncDispose]() {
        database.close();
        await writer[Symbol.asyncDispose]();
        release(lock);
      },
    };
  } catch (error) {
    release(lock);
    throw error;
  }
}

function release(lock: DatabaseSync): void {
  lock.close();
}
