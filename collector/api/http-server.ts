/** The collector's door: who is it, which path, how much may they send; every refusal has a status, a code and a reason. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import type { Problem, ProblemCode } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import { type Caller, hasRole, type Tokens } from "../identity/tokens.ts";
import { findRoute } from "./find-route.ts";
import { limitConnections } from "./limit-connections.ts";
import { readBody } from "./read-body.ts";
import type { Answer, EventsAnswer, Route } from "./route.ts";

export interface HttpServerOptions {
  readonly routes: readonly Route[];
  readonly tokens: Tokens;
  readonly maxConnections: number;
  /** What went wrong that is nobody's fault outside. */
  readonly onDefect: (error: unknown) => void;
}

const STATUSES: Readonly<Record<ProblemCode, number>> = {
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
  internal: 500,
  "storage-failed": 503,
  "shutting-down": 503,
};
/** Who sends a header a minute, or a body by the byte, holds a socket and nothing else. */
const LIMITS = { headersTimeout: 10_000, requestTimeout: 60_000, maxHeaderSize: 16_384 };
const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i;

export function createHttpServer(options: HttpServerOptions): Server {
  const server = createServer(LIMITS, (request, response) => {
    void respond(options, request, response);
  });
  server.maxHeadersCount = 64;
  limitConnections(server, options.maxConnections);
  return server;
}

async function respond(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const answered = await answer(options, request);
    if ("stream" in answered) sendEvents(response, answered);
    else sendAnswer(response, answered);
  } catch (error) {
    const problem = toProblem(error);
    if (problem.code === "internal") options.onDefect(error);
    sendProblem(response, problem);
  }
}

async function answer(
  { routes, tokens }: HttpServerOptions,
  request: IncomingMessage,
): Promise<Answer | EventsAnswer> {
  const { method = "", headers } = request;
  const { pathname, searchParams } = toUrl(request);
  const { route, parameters } = findRoute(routes, method, pathname);
  const caller = identify(tokens, headers.authorization);
  if (!hasRole(caller, route.role)) {
    throw new RequestProblem("forbidden", `this takes a token with the role ${route.role}`);
  }
  const body = await readBody(request, route.maxBodyBytes);
  return route.answer({ caller, parameters, query: searchParams, headers, body });
}

function toUrl({ url = "" }: IncomingMessage): URL {
  const parsed = URL.parse(url, "http://collector");
  if (parsed === null) throw new RequestProblem("bad-request", "the path is none");
  return parsed;
}

function identify(tokens: Tokens, authorization: string | undefined): Caller {
  const token = BEARER.exec(authorization ?? "")?.[1];
  const caller = token === undefined ? undefined : tokens.find(token);
  if (caller === undefined)
    throw new RequestProblem("unauthorized", "a known bearer token is needed");
  return caller;
}

function toProblem(error: unknown): RequestProblem {
  return error instanceof RequestProblem
    ? error
    : new RequestProblem("internal", "this is a bug in the collector; its log says more");
}

function sendAnswer(response: ServerResponse, { status, json }: Answer): void {
  // Before the head is written: what cannot be said can still be refused.
  const body = `${JSON.stringify(json)}\n`;
  response.writeHead(status, { ...HEADERS, "content-type": "application/json" });
  response.end(body);
}

/** Nobody on the way is to hold them back until there are more. */
function sendEvents(response: ServerResponse, { stream }: EventsAnswer): void {
  response.writeHead(200, {
    ...HEADERS,
    "cache-control": "no-store, no-transform",
    "content-type": "text/event-stream",
    "x-accel-buffering": "no",
  });
  response.flushHeaders();
  stream(response);
}

function sendProblem(response: ServerResponse, { code, message, detail }: RequestProblem): void {
  const { expectedSeq, retryAfterSeconds } = detail;
  const body: Problem = {
    error: { code, message, ...(expectedSeq !== undefined && { expectedSeq }) },
  };
  response.writeHead(STATUSES[code], {
    ...HEADERS,
    "content-type": "application/json",
    ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
    ...(code === "unauthorized" && { "www-authenticate": "Bearer" }),
    // What is left of its body is not read.
    ...(code === "too-large" && { connection: "close" }),
  });
  response.end(`${JSON.stringify(body)}\n`);
}

const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
