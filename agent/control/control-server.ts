/**
 * The way to talk to a running guard: a Unix socket that everyone on the machine can reach, the job too. One line is asked and
 * one answered on each connection, within bounds that keep hostile peers from costing more than they are worth.
 */
import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";

import { toErrorText } from "../errors.ts";
import type { ControlAnswer } from "./control-answer.ts";
import {
  type ControlRequest,
  type Label,
  type Mask,
  parseControlRequest,
  type Refusal,
  type Tightening,
} from "./control-request.ts";
import type { FindPeer, Peer } from "./peer.ts";
import { readRequestLine } from "./request-line.ts";
import type { RateBounds } from "./request-rate.ts";
import { createUserRates } from "./user-rates.ts";

/** Each returns when what was asked for is in force. */
export interface ControlHandlers {
  finish(): Promise<ControlAnswer>;
  label(label: Label): ControlAnswer;
  mask(mask: Mask): ControlAnswer;
  tighten(tightening: Tightening): Promise<ControlAnswer>;
  /** Changes nothing. */
  status(): ControlAnswer;
}

export interface ControlBounds {
  readonly maxLineBytes: number;
  /** When there are more, whoever has most of them loses the one that has waited longest. */
  readonly maxConnections: number;
  /** How long a peer may take to send its line, and how long to take its answer. */
  readonly idleMs: number;
  /** Of each user. */
  readonly requests: RateBounds;
}

export interface ControlServerOptions {
  readonly path: string;
  readonly handle: ControlHandlers;
  /** Of what is refused the answer tells why, in words that may be the job's. */
  readonly redact: (text: string) => string;
  /** Users are told apart by it, and whoever asked for a weaker guard is named. */
  readonly findPeer: FindPeer;
  /** Somebody asked for a weaker guard. */
  readonly onRefused: (reason: string, peer: Peer | undefined) => void;
  /** Somebody was not heard, for others of his user ask too much. */
  readonly onTurnedAway?: () => void;
  readonly bounds?: ControlBounds;
}

export interface ControlServer extends AsyncDisposable {
  /** What was turned away so far. */
  readonly refused: {
    readonly connections: number;
    readonly requests: number;
    readonly loosening: number;
  };
}

/** A line has room for 200 destinations; a step asks a few times a minute, and a report takes some 10 ms to write. */
export const DEFAULT_CONTROL_BOUNDS: ControlBounds = {
  maxLineBytes: 65_536,
  maxConnections: 16,
  idleMs: 5_000,
  requests: { burst: 20, perSecond: 5 },
};
/** Whoever may enter the directory may ask: the job's users are not the guard's. */
const MODE = 0o666;
const ROOT = 0;
/** So many connections of an operator's count for nothing where one has to be given up: jobs may be more users than there are places. */
const OPERATOR_CONNECTIONS = 2;

/** Everyone who can reach `path` is answered when this returns. Throws what the system says where it cannot be made. */
export async function createControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { path, bounds = DEFAULT_CONTROL_BOUNDS } = options;
  const operators = new Set([ROOT, process.geteuid?.() ?? ROOT]);
  const rates = createUserRates(bounds.requests, operators);
  const counts = { connections: 0, requests: 0, loosening: 0 };
  const open = new Map<Socket, number | undefined>();
  // A peer that has said all it wants to say still waits for its answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const peer = options.findPeer(socket);
    open.set(socket, peer?.userId);
    socket.on("close", () => open.delete(socket));
    // It is the peer's loss.
    socket.on("error", () => undefined);
    const evicted = open.size > bounds.maxConnections ? eldestOfMost(open, operators) : undefined;
    if (evicted !== undefined) {
      counts.connections += 1;
      open.delete(evicted);
      evicted.destroy();
      options.onTurnedAway?.();
    }
    const mayAsk = () => rates.take(peer?.userId, performance.now());
    void serve(socket, { options, bounds, peer, mayAsk, counts });
  });
  await listen(server, path);
  chmodSync(path, MODE);
  return {
    refused: counts,
    async [Symbol.asyncDispose]() {
      for (const socket of open.keys()) socket.destroy();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      await promise;
    },
  };
}

/** Of the user who has most connections, the one that has waited longest. */
function eldestOfMost(
  open: ReadonlyMap<Socket, number | undefined>,
  operators: ReadonlySet<number>,
): Socket | undefined {
  const ofUsers = [...Map.groupBy(open, ([, user]) => user)].map(([user, connections]) => ({
    eldest: connections[0]?.[0],
    count:
      connections.length - (user !== undefined && operators.has(user) ? OPERATOR_CONNECTIONS : 0),
  }));
  const [most] = ofUsers.toSorted((one, other) => other.count - one.count);
  return most?.eldest;
}

interface Service {
  readonly options: ControlServerOptions;
  readonly bounds: ControlBounds;
  readonly peer: Peer | undefined;
  readonly mayAsk: () => boolean;
  readonly counts: { requests: number; loosening: number };
}

/** Never rejects. */
async function serve(socket: Socket, service: Service): Promise<void> {
  const { idleMs, maxLineBytes } = service.bounds;
  // From the start, not from the last byte: a peer may send one every now and then.
  const sending = endAfter(idleMs, socket);
  const line = await readRequestLine(socket, maxLineBytes);
  clearTimeout(sending);
  if (line.status === "gone") return void socket.destroy();
  const answer = withoutSecrets(await decide(line, service), service.options);
  const reading = endAfter(idleMs, socket);
  socket.once("close", () => clearTimeout(reading));
  socket.end(`${JSON.stringify(answer)}\n`);
  // What the peer still sends is not kept, so that its end is seen.
  socket.resume();
}

function withoutSecrets(
  answer: ControlAnswer,
  { redact }: Pick<ControlServerOptions, "redact">,
): ControlAnswer {
  return answer.status === "done" ? answer : { ...answer, reason: redact(answer.reason) };
}

function endAfter(afterMs: number, socket: Socket): NodeJS.Timeout {
  return setTimeout(() => socket.destroy(), afterMs).unref();
}

async function decide(
  line: { readonly status: "line"; readonly text: string } | { readonly status: "too-long" },
  { options, bounds, peer, mayAsk, counts }: Service,
): Promise<ControlAnswer> {
  const refuse = (reason: string): ControlAnswer => {
    counts.requests += 1;
    return { status: "refused", reason };
  };
  if (!mayAsk()) {
    options.onTurnedAway?.();
    return refuse("too much is asked of the guard at once: try again in a second");
  }
  if (line.status === "too-long")
    return refuse(`a request has at most ${bounds.maxLineBytes} bytes`);
  const request = parseControlRequest(line.text);
  if ("refused" in request) {
    noteLoosening(request, { options, peer, counts });
    return refuse(request.refused);
  }
  try {
    return await handle(request, options.handle);
  } catch (error) {
    return refuse(`the guard failed at it: ${toErrorText(error)}`);
  }
}

function noteLoosening(
  { isLoosening, refused }: Refusal,
  { options, peer, counts }: Pick<Service, "options" | "peer" | "counts">,
): void {
  if (!isLoosening) return;
  counts.loosening += 1;
  options.onRefused(refused, peer);
}

function handle(
  request: ControlRequest,
  handlers: ControlHandlers,
): ControlAnswer | Promise<ControlAnswer> {
  const { command } = request;
  if (command === "finish") return handlers.finish();
  if (command === "status") return handlers.status();
  if (command === "mask") return handlers.mask(request);
  return command === "label" ? handlers.label(request) : handlers.tighten(request);
}

function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(path, () => {
    server.off("error", reject);
    // Running out of descriptors, say: the guard goes on without those who would have asked.
    server.on("error", () => undefined);
    resolve();
  });
  return promise;
}
