/** The collector's door: who is it, which path, how much may they send; every refusal has a status, a code and a reason. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { FindPage } from "../dashboard/server/page.ts";
import { CollectorError, RequestProblem } from "../errors.ts";
import { type Caller, hasRole, listRolesWith } from "../identity/tokens.ts";
import type { NewAuditEntry } from "../stores/audit-store.ts";
import { type AuditRefusal, createAuditRefusal } from "./audit-refusals.ts";
import { type ByteBudget, createByteBudget } from "./byte-budget.ts";
import { createFindRoute, type FindRoute } from "./find-route.ts";
import { type Identify, isPresenting } from "./identify.ts";
import { type ConnectionLimit, limitConnections } from "./limit-connections.ts";
import { readBody } from "./read-body.ts";
import type { AnyAnswer, Route } from "./route.ts";
import { sendAnswer, sendEvents, sendFile, sendProblem } from "./send-answer.ts";
import { sendPage } from "./send-page.ts";
import { refuseClientError, sendRefusal } from "./send-refusal.ts";

export interface HttpServerOptions {
  readonly routes: readonly Route[];
  /** What is shown to browsers: nobody has to be known for it, and it holds nothing of anybody's. */
  readonly findPage: FindPage;
  readonly identify: Identify;
  readonly maxConnections: number;
  /** Kept when it is on disk. */
  readonly audit: (entry: Omit<NewAuditEntry, "at">) => Promise<void>;
  /** What became of a request: "ok", or the code of its refusal. */
  readonly onOutcome: (outcome: string, request: IncomingMessage) => void;
  /** What went wrong that is nobody's fault outside. */
  readonly onDefect: (error: unknown) => void;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Disposed of, it refuses what is new, answers what was asked, for a while, and then cuts off whoever is still connected. */
export interface HttpServer extends AsyncDisposable {
  readonly url: string;
}

/** Who sends a header a minute, or a body by the byte, or does not read, holds a socket for so long and nothing else. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  // Agents have something to send every few seconds, or tell that they live.
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
  // It is not looked at, and a refusal for it would have no reason.
  requireHostHeader: false,
};
const IDLE_MS = 120_000;
/** Of bodies that are being read, or being stored. */
const BODY_LIMITS = {
  maxBytes: 134_217_728,
  maxBytesOfAgents: 100_663_296,
  maxBytesOfTenant: 25_165_824,
  // Some thousands at once.
  maxBytesOfStarts: 4_194_304,
  // Two batches: one that is being stored, and the next.
  maxBytesOfRun: 16_777_216,
};
/** For requests that are being answered when the collector is to end. */
const GRACE_MS = 3_000;
/** Of a tenant that has nothing. */
const NOBODY: Caller = { tenant: "", role: "agent", token: "" };
/** Of the path and the query of what is audited: both are kept as a whole. */
const MAX_TARGET_LENGTH = 512;
/** Of a body that is audited: the reason, and who gives it, stand within it. A policy may be longer, and is kept itself. */
const MAX_SAID_LENGTH = 2_000;

/** A path without a query that reads the same once it has been parsed, as most do: it holds no steps up, and nothing in other letters. */
const PLAIN_PATH = /^(?:\/[\w-]+)+$/;
const NO_QUERY = new URLSearchParams();

/** Of what all have together. */
interface Shared {
  readonly findRoute: FindRoute;
  readonly budget: ByteBudget;
  readonly connections: ConnectionLimit;
  readonly auditRefusal: AuditRefusal;
}

/** Throws `listen`. */
export async function startHttpServer(
  options: HttpServerOptions,
  { host, port }: ListenAddress,
): Promise<HttpServer> {
  let isStopping = false;
  const server = createServer(LIMITS, (request, response) => {
    if (isStopping)
      sendProblem(response, new RequestProblem("shutting-down", "it is about to end"));
    else void respond(options, shared, request, response);
  });
  const shared = {
    findRoute: createFindRoute(options.routes),
    budget: createByteBudget(BODY_LIMITS),
    connections: limitConnections(server, options.maxConnections),
    auditRefusal: createAuditRefusal(options.audit),
  };
  server.maxHeadersCount = 64;
  server.setTimeout(IDLE_MS);
  server.on("clientError", refuseClientError);
  server.on("connect", (_, socket) =>
    sendRefusal(socket, 405, new RequestProblem("method-not-allowed", "this is no proxy")),
  );
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const why = describeListenFault(error);
    throw new CollectorError("listen", `--listen ${host}:${port}: ${why}`, { cause: error });
  }
  return {
    url: toUrl(server.address()),
    async [Symbol.asyncDispose]() {
      isStopping = true;
      await stop(server);
    },
  };
}

async function respond(
  options: HttpServerOptions,
  shared: Shared,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const page = options.findPage(request);
    if (page !== undefined) {
      sendPage(response, page);
      return;
    }
    const answered = await answer(options, shared, request);
    if ("stream" in answered) sendEvents(response, answered);
    else if ("write" in answered) await sendFile(response, answered);
    else sendAnswer(response, answered);
    options.onOutcome("ok", request);
  } catch (error) {
    const problem = toProblem(error);
    if (problem.code === "internal") options.onDefect(error);
    options.onOutcome(problem.code, request);
    // Whoever has heard that all is well hears no more.
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem);
  }
}

async function answer(
  { identify, audit }: HttpServerOptions,
  { findRoute, budget, connections, auditRefusal }: Shared,
  request: IncomingMessage,
): Promise<AnyAnswer> {
  const { method = "", headers } = request;
  const { pathname, search, searchParams } = toUrlParts(request);
  const { route, parameters } = findRoute(method, pathname);
  const caller = isAnonymous(route, request) ? NOBODY : await identify(request);
  // As it was found by: what was sent can hide it behind steps up and down.
  const target = `${pathname}${search}`;
  if (route.role !== "anyone" && !hasRole(caller, route.role)) {
    await auditRefusal(caller, route, target.slice(0, MAX_TARGET_LENGTH));
    const roles = listRolesWith(route.role).join(" or ");
    const message = `this takes a token with the role ${roles}; this one's is ${caller.role}`;
    throw new RequestProblem("forbidden", message);
  }
  checkReach(caller, parameters["id"]);
  const isOperator = caller.role !== "agent";
  if (route.role !== "anyone") connections.admit(request.socket, isOperator);
  if (route.isAudited === true && target.length > MAX_TARGET_LENGTH) {
    const bound = `${MAX_TARGET_LENGTH} characters`;
    throw new RequestProblem("bad-request", `path and query may have ${bound} here`);
  }
  const head = { caller, parameters, query: searchParams, headers };
  route.admit?.(head);
  const { tenant, token } = caller;
  const sender = { isOperator, tenant, token, runId: parameters["id"] };
  let held = 0;
  const take = (bytes: number): void => {
    budget.take(sender, bytes);
    held += bytes;
  };
  try {
    const body = await readBody(request, { maxBytes: route.maxBodyBytes, take });
    // What is refused for how it was written has changed nothing.
    const answerRequest = route.check({ ...head, body });
    if (route.isAudited === true) {
      const action = `${route.method} ${route.path}`;
      const { role } = caller;
      await audit({ token, tenant, role, action, target, said: toSaid(body) }).catch(
        (error: unknown) => {
          throw isStorageFault(error) ? toUnaudited(error) : error;
        },
      );
    }
    return await answerRequest();
  } finally {
    budget.giveBack(sender, held);
  }
}

/** Undefined: there is none. */
function toSaid(body: Buffer): string | undefined {
  if (body.length === 0) return undefined;
  return body.toString("utf8").slice(0, MAX_SAID_LENGTH).toWellFormed();
}

function isStorageFault(error: unknown): error is RequestProblem {
  return error instanceof RequestProblem && error.code === "storage-failed";
}

function toUnaudited(cause: RequestProblem): RequestProblem {
  const message =
    "the audit log cannot be written, so that this is neither shown nor done: the collector's disk may be full, its log says more";
  return new RequestProblem(cause.code, message, { ...cause.detail, cause });
}

function describeListenFault(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return "it is taken; end what listens there, or name another port";
  if (code === "EADDRNOTAVAIL")
    return "this machine has no such address; `ip address` lists its own";
  if (code === "EACCES")
    return "this user may not listen there; ports from 1024 on anybody may have";
  return error instanceof Error ? error.message : String(error);
}

function toUrlParts({
  url = "",
}: IncomingMessage): Pick<URL, "pathname" | "search" | "searchParams"> {
  if (PLAIN_PATH.test(url)) return { pathname: url, search: "", searchParams: NO_QUERY };
  const parsed = URL.parse(url, "http://collector");
  if (parsed === null) throw new RequestProblem("bad-request", "the path is none");
  return parsed;
}

/** Who comes with a token where nobody needs one is asked for it where it makes a difference. */
function isAnonymous({ role, takesToken }: Route, request: IncomingMessage): boolean {
  if (role !== "anyone") return false;
  return takesToken !== true || !isPresenting(request);
}

/** A run's token is for that run alone, and a proof for the start of one. */
function checkReach({ runId, proof }: Caller, asked: string | undefined): void {
  if (proof !== undefined && asked !== undefined) {
    throw new RequestProblem("forbidden", "a run that has begun takes its own token");
  }
  if (runId === undefined || runId === asked) return;
  throw asked === undefined
    ? new RequestProblem("forbidden", "a run's token begins no other one")
    : new RequestProblem("not-found", "there is no such run");
}

function toProblem(error: unknown): RequestProblem {
  return error instanceof RequestProblem
    ? error
    : new RequestProblem("internal", "this is a bug in the collector; its log says more");
}

async function stop(server: Server): Promise<void> {
  const deadline = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  server.close();
  server.closeIdleConnections();
  await once(server, "close");
  clearTimeout(deadline);
}

function toUrl(address: AddressInfo | string | null): string {
  if (address === null || typeof address === "string") throw new Error("a server without a port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
