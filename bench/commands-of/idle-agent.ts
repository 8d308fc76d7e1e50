/** One agent's end of a stream of commands, with as little of it as 10,000 of them in one process allow. */
import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

import {
  FROM_AGENT_KEY_INFO,
  MAC_HEADER,
  NONCE_HEADER,
  startRunResponseSchema,
  toListenText,
} from "../../protocol/index.ts";

export interface IdleAgent extends Disposable {
  readonly runId: string;
  /** When a command comes, by `performance.now()`. To be asked for before it is given. */
  nextCommandAt(): Promise<number>;
}

export interface IdleAgentOptions {
  readonly url: string;
  readonly token: string;
}

const FIRST_PING = Buffer.from('"ping":1,');
const COMMAND = Buffer.from("id: ");

/** It is listening when this resolves. */
export async function createIdleAgent(options: IdleAgentOptions): Promise<IdleAgent> {
  const { runId, uploadKey } = await startRun(options);
  const { hostname, port } = new URL(options.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, "connect");
  socket.write(toRequest(options, runId, uploadKey));
  let arrival: PromiseWithResolvers<number> | undefined;
  await untilFirstPing(socket, runId);
  socket.on("data", (chunk: Buffer) => {
    if (!chunk.includes(COMMAND)) return;
    arrival?.resolve(performance.now());
  });
  return {
    runId,
    nextCommandAt() {
      arrival = Promise.withResolvers<number>();
      return arrival.promise;
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

async function startRun({ url, token }: IdleAgentOptions) {
  for (;;) {
    const response = await fetch(new URL("/v1/runs", url), {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({
        guardRunId: "bench",
        claim: randomBytes(32).toString("hex"),
        version: "0.1.0",
        scope: "command",
        mode: { requested: "audit", effective: "audit", reasons: [] },
        ci: null,
      }),
    });
    const body: unknown = await response.json();
    if (response.status !== 429) return startRunResponseSchema.parse(body);
    const seconds = Number(response.headers.get("retry-after") ?? 1);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  }
}

function toRequest({ token }: IdleAgentOptions, runId: string, uploadKey: string): string {
  const nonce = randomBytes(16).toString("hex");
  const key = hkdfSync("sha256", Buffer.from(uploadKey, "hex"), runId, FROM_AGENT_KEY_INFO, 32);
  const mac = createHmac("sha256", Buffer.from(key))
    .update(toListenText(runId, nonce, 0))
    .digest("hex");
  return [
    `GET /v1/runs/${runId}/commands HTTP/1.1`,
    "host: collector",
    "accept: text/event-stream",
    `authorization: Bearer ${token}`,
    `${NONCE_HEADER}: ${nonce}`,
    `${MAC_HEADER}: ${mac}`,
    "",
    "",
  ].join("\r\n");
}

async function untilFirstPing(socket: Socket, runId: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let answer = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    answer = Buffer.concat([answer, chunk]);
    if (answer.includes(FIRST_PING)) resolve();
  };
  socket.on("data", read);
  socket.once("close", () => reject(new Error(`${runId}: cut off: ${answer.toString()}`)));
  socket.on("error", reject);
  await promise;
  socket.off("data", read);
}
