/** Sends hostile requests to a collector while honest runs are kept there, and says what became of both. */
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";

import { z } from "zod";

import { MAC_HEADER, problemSchema } from "../../../protocol/index.ts";
import { ask, GuardClient, heartbeat } from "./guard-client.ts";
import { type HostileRequest, makeHostileRequest, REPLAY } from "./hostile-requests.ts";
import { createRandom, type Random } from "./random.ts";

export interface Attack {
  readonly url: string;
  readonly agentToken: string;
  readonly adminToken: string;
  readonly requests: number;
  readonly seed: number;
  /** Milliseconds after which no more are sent; none: as many as that. */
  readonly maxMs?: number;
  /** Called now and then, with how many were sent. */
  readonly onProgress?: (sent: number) => void;
}

export interface AttackResult {
  readonly sent: number;
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly kinds: Readonly<Record<string, number>>;
  /** What should not have been. */
  readonly faults: readonly string[];
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

const runSchema = z.object({ events: z.number() });
const ATTACKERS = 8;
const MAX_FAULTS = 20;
const PROGRESS_EACH = 1_000;
/** One in so many is written to a socket by hand. */
const RAW_EACH = 50;
const RAW = [
  "GET / HTTP/1.1\r\n\r\n",
  "\0\0\0\0",
  `GET / HTTP/1.1\r\nHost: a\r\n${"a: b\r\n".repeat(4_000)}\r\n`,
  `POST /v1/runs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n`,
  "POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
  `GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
];

/** What time alone changes: whoever is attacked sends nothing, is silent after a while, and that is a finding. */
const PASSING = ["state", "outcome", "findings"];

export async function attackCollector(attack: Attack): Promise<AttackResult> {
  const { url, agentToken, adminToken, requests, seed, maxMs = Infinity, onProgress } = attack;
  const endsAt = performance.now() + maxMs;
  const victim = await GuardClient.start(url, agentToken);
  await victim.send({ firstSeq: 1, lines: [heartbeat(1), heartbeat(2)] });
  const before = await readRun(attack, victim.run.runId);
  const statuses: Record<string, number> = {};
  const kinds: Record<string, number> = {};
  const faults: string[] = [];
  const addFault = (fault: string): void => {
    if (faults.length < MAX_FAULTS) faults.push(fault);
  };
  let sent = 0;
  const http = new Agent({ keepAlive: true, maxSockets: ATTACKERS });

  const attackFor = async (random: Random): Promise<void> => {
    let own = await GuardClient.start(url, agentToken);
    let nextSeq = 1;
    const taken: HostileRequest[] = [];
    const checkOwn = async (): Promise<void> => {
      const { events } = runSchema.parse((await ask(url, adminToken, toPath(own))).body);
      if (events !== nextSeq - 1) addFault(`${nextSeq - 1} events were taken, ${events} are there`);
    };
    while (sent < requests && performance.now() < endsAt) {
      sent += 1;
      if (sent % PROGRESS_EACH === 0) onProgress?.(sent);
      if (sent % RAW_EACH === 0) {
        await sendRaw(url, random.pick(RAW));
        continue;
      }
      const target = { agentToken, own, nextSeq, taken, victimRunId: victim.run.runId };
      const hostile = makeHostileRequest(target, random);
      const reply = await send(http, url, hostile);
      statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
      kinds[hostile.what] = (kinds[hostile.what] ?? 0) + 1;
      const fault = findFault(hostile, reply);
      if (fault !== undefined) addFault(`${hostile.what}: ${fault}`);
      if (reply.status === 200 && hostile.what !== REPLAY) {
        own.lastMac = hostile.headers[MAC_HEADER] ?? "";
        nextSeq += 1;
        taken.push(hostile);
      }
      // A run of its own now and then, so that none is all that was ever tried.
      if (nextSeq > 200) {
        await checkOwn();
        own = await GuardClient.start(url, agentToken);
        nextSeq = 1;
        taken.length = 0;
      }
    }
    await checkOwn();
  };
  await Promise.all(
    Array.from({ length: ATTACKERS }, (_, index) => attackFor(createRandom(seed + index))),
  );
  http.destroy();
  const after = await readRun({ url, adminToken }, victim.run.runId);
  if (toLasting(after) !== toLasting(before)) {
    addFault(`another's run changed from ${JSON.stringify(before)} to ${JSON.stringify(after)}`);
  }
  const { status } = await victim.send({ firstSeq: 3, lines: [heartbeat(3)] });
  if (status !== 200) addFault(`another's run could not go on: ${status}`);
  return { sent, statuses, kinds, faults };
}

function toPath({ run }: GuardClient): string {
  return `/v1/runs/${run.runId}`;
}

async function readRun(
  { url, adminToken }: Pick<Attack, "url" | "adminToken">,
  runId: string,
): Promise<unknown[]> {
  const paths = ["", "/events"].map((path) => `/v1/runs/${runId}${path}`);
  return Promise.all(paths.map(async (path) => (await ask(url, adminToken, path)).body));
}

function findFault({ mayPass }: HostileRequest, { status, text }: Reply): string | undefined {
  if (status === 200 && mayPass) return undefined;
  if (status < 400 || status >= 500) return `status ${status}: ${text}`;
  const problem = problemSchema.safeParse(toJson(text));
  if (!problem.success) return `status ${status} without a reason: ${text}`;
  return problem.data.error.message === "" ? `status ${status} with an empty reason` : undefined;
}

async function send(agent: Agent, url: string, hostile: HostileRequest): Promise<Reply> {
  const { method, path, token, headers, content } = hostile;
  const { hostname, port } = new URL(url);
  const outgoing = request({
    agent,
    hostname,
    port,
    method,
    path,
    headers: { ...headers, authorization: `Bearer ${token}`, "content-length": content.length },
  });
  outgoing.end(content);
  try {
    const [response]: IncomingMessage[] = await once(outgoing, "response");
    let text = "";
    for await (const chunk of response ?? []) text += String(chunk);
    return { status: response?.statusCode ?? 0, text };
  } catch (error) {
    return { status: 0, text: String(error) };
  }
}

/** Whatever comes back: that the collector lives on is seen by the next one. */
async function sendRaw(url: string, text: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => socket.destroy());
  socket.resume();
  socket.end(text);
  await once(socket, "close");
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toLasting(run: unknown): string {
  return JSON.stringify(run, (name, member: unknown) =>
    PASSING.includes(name) ? undefined : member,
  );
}
