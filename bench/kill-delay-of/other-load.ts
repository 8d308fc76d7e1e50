/** Runs that send events all the while, in a thread of its own: what it costs to send them holds up nobody who measures. */
import { Worker } from "node:worker_threads";

import { z } from "zod";

export interface OtherLoad extends AsyncDisposable {
  /** Since they began to send, until now. */
  measure(): Promise<{ readonly events: number; readonly perSecond: number }>;
}

export interface LoadOptions {
  readonly url: string;
  readonly token: string;
  readonly runs: number;
  readonly eventsOfBatch: number;
  /** Events. */
  readonly perSecond: number;
  /** So long at most: it is made before. */
  readonly seconds: number;
}

const PROGRAM = new URL("load-thread.ts", import.meta.url);
const messageSchema = z.union([
  z.literal("ready"),
  z.object({ events: z.number(), perSecond: z.number() }),
]);

/** It sends when this returns. */
export async function startOtherLoad(options: LoadOptions): Promise<OtherLoad> {
  const worker = new Worker(PROGRAM, { workerData: options });
  const failed = new Promise<never>((_, reject) => void worker.once("error", reject));
  failed.catch(() => undefined);
  const hear = async () => {
    const heard = new Promise((resolve) => void worker.once("message", resolve));
    return messageSchema.parse(await Promise.race([heard, failed]));
  };
  await hear();
  return {
    async measure() {
      const answer = hear();
      worker.postMessage("measure");
      const measured = await answer;
      if (measured === "ready") throw new Error("the load has begun twice");
      return measured;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
