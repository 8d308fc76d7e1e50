/** One agent's end: a run, and its batches made before they are sent, so that making them takes no part in what is measured. */
import { createHmac, randomBytes } from "node:crypto";
import { type Agent, request } from "node:http";
import { zstdCompressSync } from "node:zlib";

import {
  acknowledgementSchema,
  COUNT_HEADER,
  FIRST_SEQ_HEADER,
  MAC_HEADER,
  type StartRunResponse,
  startRunResponseSchema,
  toMacHead,
} from "../../protocol/index.ts";
import { makeEvent } from "./make-events.ts";

interface Batch {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SenderOptions {
  readonly url: string;
  readonly token: string;
  readonly agent: Agent;
  readonly batches: number;
  readonly eventsOfBatch: number;
  readonly packEvents: PackEvents;
  /** Runs of another job use other names. */
  readonly job: number;
}

/** The content of the batch of this job that begins with this seq. */
export type PackEvents = (firstSeq: number, job: number) => Buffer;

export interface Sender {
  /** Sends the next batch and waits for its acknowledgement; false: there is none left. */
  sendNext(): Promise<boolean>;
}

export async function createSender(options: SenderOptions): Promise<Sender> {
  const run = await startRun(options);
  const batches = makeBatches(run, options);
  let next = 0;
  return {
    async sendNext() {
      const batch = batches[next];
      if (batch === undefined) return false;
      next += 1;
      const answer = await post(options, `/v1/runs/${run.runId}/batches`, batch);
      const { acknowledged } = acknowledgementSchema.parse(answer);
      if (acknowledged !== next * options.eventsOfBatch)
        throw new Error(`acknowledged ${acknowledged}`);
      return true;
    },
  };
}

/** All runs of a job send the same events: a thousand of them cost no more to make than one. */
export function createPackEvents(count: number): PackEvents {
  const packed = new Map<string, Buffer>();
  return (firstSeq, job) => {
    const name = `${firstSeq} ${job}`;
    const known = packed.get(name);
    if (known !== undefined) return known;
    const lines = Array.from(
      { length: count },
      (_, place) => `${makeEvent(firstSeq + place, job)}\n`,
    );
    const content = zstdCompressSync(Buffer.from(lines.join("")));
    packed.set(name, content);
    return content;
  };
}

async function startRun(options: SenderOptions): Promise<StartRunResponse> {
  const body = {
    guardRunId: "bench",
    claim: randomBytes(32).toString("hex"),
    version: "0.1.0",
    scope: "command",
    mode: { requested: "audit", effective: "audit", reasons: [] },
    ci: {
      provider: "github-actions",
      repository: `acme/app${options.job}`,
      workflow: "build",
      job: "build",
    },
  };
  const content = Buffer.from(JSON.stringify(body));
  return startRunResponseSchema.parse(await post(options, "/v1/runs", { content, headers: {} }));
}

function makeBatches(
  run: StartRunResponse,
  { batches, eventsOfBatch: count, packEvents, job }: SenderOptions,
): Batch[] {
  const key = Buffer.from(run.uploadKey, "hex");
  let previousMac = "";
  return Array.from({ length: batches }, (_, index) => {
    const firstSeq = index * count + 1;
    const content = packEvents(firstSeq, job);
    const head = { runId: run.runId, firstSeq, count, encoding: "zstd", previousMac } as const;
    previousMac = createHmac("sha256", key).update(toMacHead(head)).update(content).digest("hex");
    const headers = {
      "content-encoding": "zstd",
      [FIRST_SEQ_HEADER]: String(firstSeq),
      [COUNT_HEADER]: String(count),
      [MAC_HEADER]: previousMac,
    };
    return { content, headers };
  });
}

function post({ url, token, agent }: SenderOptions, path: string, batch: Batch): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const sent = request(
    new URL(path, url),
    {
      method: "POST",
      agent,
      headers: {
        ...batch.headers,
        authorization: `Bearer ${token}`,
        "content-length": batch.content.length,
      },
    },
    (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(text));
        else reject(new Error(`the collector answered ${response.statusCode}: ${text}`));
      });
    },
  );
  sent.on("error", reject);
  sent.end(batch.content);
  return promise;
}
