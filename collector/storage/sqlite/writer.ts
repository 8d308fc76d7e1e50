/** Hands writes to the thread, and tells when they are on disk. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { CollectorError, RequestProblem } from "../../errors.ts";
import type { StoreLoad } from "../../stores/event-store.ts";
import { createPackBatch, type PackBatch } from "./pack-batch.ts";
import type { PackedWrite, ToWriter, Write, WriteAnswer, WriteRequest } from "./writes.ts";

export interface Writer extends AsyncDisposable {
  /** Throws `storage-failed` where it could not be written, and `too-fast` where too much waits. */
  write(write: Write): Promise<void>;
  /** What is not on disk yet. */
  readonly load: StoreLoad;
}

export interface WriterOptions {
  readonly directory: string;
  /** Something could not be written; what waited beside it may have been. */
  readonly onFault: (fault: string) => void;
  /** The thread is no more, and nothing will be written again. */
  readonly onEnd: (error: Error) => void;
  /** News of findings are on disk. */
  readonly onNews?: () => void;
  readonly program?: URL;
  /** What may wait for the disk, of whatever kind. */
  readonly maxLoad?: StoreLoad;
}

interface Waiting extends PromiseWithResolvers<void> {
  readonly bytes: number;
}

/** Twice what batches may have: what operators ask for is written while agents are told to wait. */
const MAX_LOAD: StoreLoad = { writes: 4_000, bytes: 134_217_728 };
const PROGRAM = new URL("writer-thread.ts", import.meta.url);

/** Throws `newer-schema`, and what SQLite says of a file that is none of its own. */
export async function createWriter(options: WriterOptions): Promise<Writer> {
  const { directory, onFault, onEnd, onNews, program = PROGRAM, maxLoad = MAX_LOAD } = options;
  const worker = new Worker(program, { workerData: directory });
  const exited = new Promise<void>((resolve) => void worker.once("exit", () => resolve()));
  const waiting = new Map<number, Waiting>();
  let bytes = 0;
  let number = 0;
  let end: Error | undefined;
  let isClosing = false;
  const packBatch = createPackBatch();
  // The first message says that the database is open; an error that it is not.
  await once(worker, "message").catch((error: unknown) => {
    throw toStartError(directory, error);
  });
  // While the thread is at work the next message grows: the fewer transactions there are, the less each batch costs.
  let unsent: WriteRequest[] = [];
  let isAtWork = false;
  const post = (message: ToWriter): void => worker.postMessage(message);
  const send = (): void => {
    const requests = unsent;
    unsent = [];
    if (requests.length === 0) return;
    isAtWork = true;
    post(requests);
  };
  const settle = ({ number: of, fault, hasNews }: WriteAnswer): void => {
    if (hasNews === true) onNews?.();
    const write = waiting.get(of);
    waiting.delete(of);
    bytes -= write?.bytes ?? 0;
    if (fault === undefined) return write?.resolve();
    onFault(fault);
    write?.reject(new RequestProblem("storage-failed", "it could not be stored", { cause: fault }));
  };
  const fail = (error: Error): void => {
    if (end !== undefined) return;
    end = error;
    const cause = { cause: error };
    for (const write of waiting.values())
      write.reject(new RequestProblem("storage-failed", "it could not be stored", cause));
    waiting.clear();
    bytes = 0;
    onEnd(error);
  };
  worker.on("message", (answers: readonly WriteAnswer[]) => {
    isAtWork = false;
    // Before those that are told: what they send next can wait for the message after.
    send();
    answers.forEach(settle);
  });
  worker.on("error", (error: Error) => fail(error));
  worker.on("exit", () => {
    if (!isClosing) fail(new Error("the thread that writes has ended"));
  });
  return {
    get load() {
      return { writes: waiting.size, bytes };
    },
    write(write) {
      if (end !== undefined) {
        const cause = { cause: end };
        return Promise.reject(
          new RequestProblem("storage-failed", "it could not be stored", cause),
        );
      }
      if (waiting.size >= maxLoad.writes || bytes >= maxLoad.bytes) {
        const retryAfterSeconds = 1;
        return Promise.reject(
          new RequestProblem("too-fast", "the disk does not keep up; try again", {
            retryAfterSeconds,
          }),
        );
      }
      number += 1;
      const packed = pack(write, packBatch);
      const size = toSize(packed);
      const promise = Promise.withResolvers<void>();
      waiting.set(number, { ...promise, bytes: size });
      bytes += size;
      unsent.push({ number, write: packed });
      if (unsent.length === 1 && !isAtWork) setImmediate(send);
      return promise.promise;
    },
    async [Symbol.asyncDispose]() {
      isClosing = true;
      send();
      post("close");
      await exited;
    },
  };
}

function pack(write: Write, packBatch: PackBatch): PackedWrite {
  if (write.kind !== "append-batch") return write;
  return { kind: "append-packed", batch: packBatch(write.batch) };
}

function toSize(write: PackedWrite): number {
  if (write.kind === "append-packed") return write.batch.storedBytes;
  return write.kind === "add-command" ? write.command.body.length : 0;
}

function toStartError(directory: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  // A class does not cross to another thread; its members do.
  if ("code" in error && error.code === "newer-schema")
    return new CollectorError("newer-schema", error.message);
  return new CollectorError("data-directory", `${directory}: ${error.message}`, { cause: error });
}
