/** What goes back: answers, and refusals with a status, a code and a reason. */
import type { ServerResponse } from "node:http";

import type { Problem, ProblemCode } from "../../protocol/index.ts";
import type { RequestProblem } from "../errors.ts";
import type { Answer, EventsAnswer, FileAnswer, TextAnswer } from "./route.ts";

/** Of a refusal. */
export const STATUSES: Readonly<Record<ProblemCode, number>> = {
  "bad-request": 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  "method-not-allowed": 405,
  gap: 409,
  "run-over": 409,
  "too-large": 413,
  "unsupported-encoding": 415,
  "too-fast": 429,
  "quota-exceeded": 429,
  internal: 500,
  "identity-unavailable": 503,
  "storage-failed": 503,
  "shutting-down": 503,
};
/** Of what may be asked again, where nothing better is known. */
const RETRY_AFTER_SECONDS = 1;
const RETRYABLE: ReadonlySet<ProblemCode> = new Set([
  "too-fast",
  "quota-exceeded",
  "identity-unavailable",
  "storage-failed",
  "shutting-down",
]);
/** What is left of a body that was refused is read and thrown away up to here: who still sends would not hear why. */
const MAX_UNREAD_BYTES = 65_536;

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format. */
const FIGURES_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // What is asked with a session's cookie by a page of another port of this host is not loaded into that page.
  "cross-origin-resource-policy": "same-origin",
};

export function sendAnswer(response: ServerResponse, answer: Answer | TextAnswer): void {
  // Before the head is written: what cannot be said can still be refused.
  const [type, body] =
    "text" in answer
      ? [answer.contentType ?? FIGURES_TYPE, answer.text]
      : ["application/json", `${JSON.stringify(answer.json)}\n`];
  // With its length it goes out in one piece, and not in chunks.
  const length = Buffer.byteLength(body);
  response.writeHead(answer.status, {
    ...HEADERS,
    ...("json" in answer && answer.headers),
    "content-type": type,
    "content-length": length,
  });
  response.end(body);
}

/** Nobody on the way is to hold them back until there are more. */
export function sendEvents(response: ServerResponse, { stream }: EventsAnswer): void {
  // Who went away before this was answered is told of no end: what begins now would be open for nobody.
  if (response.destroyed) return;
  response.writeHead(200, {
    ...HEADERS,
    "cache-control": "no-store, no-transform",
    "content-type": "text/event-stream",
    "x-accel-buffering": "no",
  });
  response.flushHeaders();
  stream(response);
}

/** Kept when all was taken, or whoever asked has gone; rejected where it cannot be read on. */
export async function sendFile(
  response: ServerResponse,
  { fileName, write }: FileAnswer,
): Promise<void> {
  response.writeHead(200, {
    ...HEADERS,
    "content-type": "application/x-ndjson",
    "content-disposition": `attachment; filename="${fileName}"`,
  });
  await write(async (lines) => {
    if (response.destroyed) throw new FileGone();
    if (!response.write(lines)) await waitForRoom(response);
  }).catch((error: unknown) => {
    if (!(error instanceof FileGone)) throw error;
  });
  response.end();
}

/** Whoever asked for a file does not want it any more. */
class FileGone extends Error {
  override readonly name = "FileGone";
}

function waitForRoom(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const go = (): void => {
    response.off("drain", go).off("close", go);
    resolve();
  };
  response.on("drain", go).on("close", go);
  return promise;
}

export function sendProblem(response: ServerResponse, problem: RequestProblem): void {
  const { code } = problem;
  const { allow, retryAfterSeconds = RETRY_AFTER_SECONDS } = problem.detail;
  response.writeHead(STATUSES[code], {
    ...HEADERS,
    "content-type": "application/json",
    ...(RETRYABLE.has(code) && { "retry-after": String(retryAfterSeconds) }),
    ...(allow !== undefined && { allow: allow.join(", ") }),
    ...(code === "unauthorized" && { "www-authenticate": "Bearer" }),
    ...((code === "shutting-down" || hasLongBody(response)) && { connection: "close" }),
  });
  response.end(toBody(problem));
}

export function toBody({ code, message, detail: { expectedSeq } }: RequestProblem): string {
  const body: Problem = {
    error: { code, message, ...(expectedSeq !== undefined && { expectedSeq }) },
  };
  return `${JSON.stringify(body)}\n`;
}

function hasLongBody({ req: { complete, headers } }: ServerResponse): boolean {
  if (complete) return false;
  const announced = Number(headers["content-length"] ?? Number.POSITIVE_INFINITY);
  return announced > MAX_UNREAD_BYTES;
}
