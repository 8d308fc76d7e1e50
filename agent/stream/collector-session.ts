/** What an agent says to a collector and is told: a run, its batches as a chain, its end. Nothing of HTTP gets further than here. */
import { createHmac } from "node:crypto";

import type { z } from "zod";

import {
  acknowledgementSchema,
  COUNT_HEADER,
  FIRST_SEQ_HEADER,
  MAC_HEADER,
  type ContentEncoding,
  type ProblemCode,
  problemSchema,
  type StartRunRequest,
  type StartRunResponse,
  startRunResponseSchema,
  toMacHead,
} from "../../protocol/index.ts";
import { parseJson } from "../parse-json.ts";
import type { CollectorRequest, Reply, Transport } from "./transport/transport.ts";

/** A run as the collector has it. Its key signs, and is nothing to be told. */
export interface StartedRun {
  readonly runId: string;
  readonly uploadKey: string;
  readonly acknowledged: number;
  readonly lastMac: string;
  /** What operators want of every such run. */
  readonly policy?: StartRunResponse["policy"];
  /** Of its repository or namespace, where that is proven, or its tenant. */
  readonly fingerprintKey?: StartRunResponse["fingerprintKey"];
}

export interface SendableBatch {
  readonly firstSeq: number;
  readonly count: number;
  readonly content: Buffer;
}

/** `reason` is for people, and ends a sentence that begins with the collector. */
export type Refusal =
  /** Nobody answered until the signal was aborted. */
  | { readonly status: "unreachable"; readonly reason: string }
  /** Not with this token, or not by this collector: something has to be mended there. */
  | { readonly status: "unauthorized"; readonly reason: string }
  /** The collector has another idea of where the run stands: it has to be asked. */
  | { readonly status: "out-of-step"; readonly reason: string }
  /** The run is over, whoever ended it. */
  | { readonly status: "over"; readonly reason: string }
  /** It will never be taken. */
  | { readonly status: "refused"; readonly reason: string };

export interface CollectorSession {
  /** The same claim gets the same run. */
  start(request: StartRunRequest, signal: AbortSignal): Promise<Started | Refusal>;
  /** Sent behind a batch with that MAC; the MAC of this one when it was taken. */
  append(run: StartedRun, batch: SendableBatch, signal: AbortSignal): Promise<Appended | Refusal>;
  /** No batch comes behind `lastSeq`. */
  finish(run: StartedRun, lastSeq: number, signal: AbortSignal): Promise<Finished | Refusal>;
}

export interface Started {
  readonly status: "started";
  readonly run: StartedRun;
}
export interface Appended {
  readonly status: "appended";
  readonly acknowledged: number;
  readonly mac: string;
}
export interface Finished {
  readonly status: "finished";
}

export function createCollectorSession(transport: Transport): CollectorSession {
  return {
    async start(request, signal) {
      const body = Buffer.from(JSON.stringify(request));
      const reply = await transport.send(toPost("v1/runs", body, {}), signal);
      const answer = read(reply, startRunResponseSchema);
      return answer.status === "read" ? { status: "started", run: answer.value } : answer;
    },
    async append(run, { firstSeq, count, content }, signal) {
      const mac = sign(run, { firstSeq, count, encoding: "zstd" }, content);
      const headers = {
        "content-type": "application/x-ndjson",
        "content-encoding": "zstd",
        [FIRST_SEQ_HEADER]: String(firstSeq),
        [COUNT_HEADER]: String(count),
        [MAC_HEADER]: mac,
      };
      const path = `v1/runs/${run.runId}/batches`;
      const answer = read(
        await transport.send({ ...toPost(path, content, headers), run }, signal),
        acknowledgementSchema,
      );
      if (answer.status !== "read") return answer;
      const { acknowledged } = answer.value;
      if (acknowledged >= firstSeq + count - 1) return { status: "appended", acknowledged, mac };
      return { status: "out-of-step", reason: `it has acknowledged ${acknowledged} alone` };
    },
    async finish(run, lastSeq, signal) {
      const body = Buffer.from(JSON.stringify({ lastSeq }));
      const mac = sign(run, { firstSeq: lastSeq + 1, count: 0, encoding: "identity" }, body);
      const path = `v1/runs/${run.runId}/finish`;
      const reply = await transport.send(
        { ...toPost(path, body, { [MAC_HEADER]: mac }), run },
        signal,
      );
      const answer = read(reply, acknowledgementSchema);
      return answer.status === "read" ? { status: "finished" } : answer;
    },
  };
}

function toPost(
  path: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): CollectorRequest {
  return {
    method: "POST",
    path,
    headers: { "content-type": "application/json", ...headers },
    body,
  };
}

function sign(
  { runId, uploadKey, lastMac }: StartedRun,
  head: { readonly firstSeq: number; readonly count: number; readonly encoding: ContentEncoding },
  content: Buffer,
): string {
  return createHmac("sha256", Buffer.from(uploadKey, "hex"))
    .update(toMacHead({ ...head, runId, previousMac: lastMac }))
    .update(content)
    .digest("hex");
}

type Read<Value> = { readonly status: "read"; readonly value: Value } | Refusal;

function read<Value>(reply: Reply, schema: z.ZodType<Value>): Read<Value> {
  if (reply.status === "unreachable") return reply;
  const json = parseJson(reply.body);
  const parsed = isSuccess(reply) ? schema.safeParse(json) : undefined;
  if (parsed?.success === true) return { status: "read", value: parsed.data };
  const problem = problemSchema.safeParse(json);
  if (!problem.success) return { status: "unauthorized", reason: describeStranger(reply, json) };
  const { code, message } = problem.data.error;
  const said = message.slice(0, MAX_MESSAGE_CHARACTERS);
  return { status: STATUS_OF[code], reason: `it says: ${said}${ADVICE[code] ?? ""}` };
}

type Answered = Extract<Reply, { readonly status: "answered" }>;

function isSuccess({ code }: Answered): boolean {
  return code === 200 || code === 201;
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  unauthorized: "; is the token one of its agents, and of this collector?",
  "method-not-allowed": "; is the path of the address right?",
};
/** Of what somebody else says: it gets into the report. */
const MAX_MESSAGE_CHARACTERS = 500;
/** Of an address that somebody else names. */
const MAX_LOCATION_CHARACTERS = 200;

/** What answers, and is no collector: mostly a proxy, or a wrong address. */
function describeStranger(reply: Answered, json: unknown): string {
  const { code, body, location } = reply;
  if (location !== undefined && code >= 300 && code < 400) {
    const where = location.slice(0, MAX_LOCATION_CHARACTERS);
    return `it sends elsewhere (status ${code}), where the guard does not go: give the address itself, perhaps ${where}`;
  }
  const what = `what answers there (status ${code})`;
  if (isSuccess(reply) && json !== undefined) {
    return `${what} is no collector, or one of another version: update the older one of both`;
  }
  const page = body.trimStart().startsWith("<") ? "is a web page" : "is no collector";
  return `${what} ${page}: is the address right, or does a proxy answer?`;
}

const STATUS_OF: Readonly<Record<ProblemCode, Refusal["status"]>> = {
  unauthorized: "unauthorized",
  "run-over": "over",
  "too-fast": "unreachable",
  "quota-exceeded": "unreachable",
  "shutting-down": "unreachable",
  "identity-unavailable": "unreachable",
  "storage-failed": "unreachable",
  gap: "out-of-step",
  "not-found": "out-of-step",
  forbidden: "out-of-step",
  internal: "out-of-step",
  "bad-request": "refused",
  "method-not-allowed": "refused",
  "too-large": "refused",
  "unsupported-encoding": "refused",
};
