/** Hands writes to the thread, and tells when they are on disk. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { CollectorError, RequestProblem } from "../../errors.ts";
import type { ToWriter, Write, WriteAnswer } from "./writes.ts";

export interface Writer extends AsyncDisposable {
  /** Throws `storage-failed` where it could not be written. */
  write(write: Write): Promise<void>;
  /** Writes that are not on disk yet. */
  readonly waiting: number;
}

/** Throws `newer-schema`, and what SQLite says of a file that is none of its own. */
export async function createWriter(directory: string): Promise<Writer> {
  const worker = new Worker(new URL("writer-thread.ts", import.meta.url), {
    workerData: directory,
  });
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let number = 0;
  let end: Error | undefined;
  // The first message says that the database is open; an error that it is not.
  await once(worker, "message").catch((error: unknown) => {
    throw toStartError(directory, error);
  });
  const post = (message: ToWriter): void => worker.postMessage(message);
  worker.on("message", (answers: readonly WriteAnswer[]) => {
    for (const answer of answers) {
      const promise = waiting.get(answer.number);
      waiting.delete(answer.number);
      if (answer.fault === undefined) promise?.resolve();
      else
        promise?.reject(
          new RequestProblem("storage-failed", "it could not be stored", { cause: answer.fault }),
        );
    }
  });
  worker.on("error", (error: Error) => {
    end = error;
    for (const promise of waiting.values()) promise.reject(error);
    waiting.clear();
  });
  return {
    get waiting() {
      return waiting.size;
    },
    write(write) {
      if (end !== undefined) return Promise.reject(end);
      number += 1;
      const promise = Promise.withResolvers<void>();
      waiting.set(number, promise);
      post({ number, write });
      return promise.promise;
    },
    async [Symbol.asyncDispose]() {
      if (end !== undefined) return;
      post("close");
      await once(worker, "exit");
    },
  };
}

function toStartError(directory: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  // A class does not cross to another thread; its members do.
  if ("code" in error && error.code === "newer-schema")
    return new CollectorError("newer-schema", error.message);
  return new CollectorError("data-directory", `${directory}: ${error.message}`, { cause: error });
}
