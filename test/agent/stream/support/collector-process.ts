/** A real `runner-guard-collector serve` on loopback, that can go away and come back at the same place. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { type GuardEvent, guardEventSchema } from "../../../../protocol/index.ts";
import { COMPILE_CACHE } from "../../../support/compile-cache.ts";

const COMMAND = join(import.meta.dirname, "../../../../bin/runner-guard-collector");

const runSchema = z.object({
  id: z.string(),
  guardRunId: z.string(),
  state: z.string(),
  events: z.number(),
  dropped: z.number(),
  deadLetters: z.number(),
});
export type ListedRun = z.infer<typeof runSchema>;
const runsSchema = z.object({ items: z.array(runSchema), nextCursor: z.string().nullable() });
const eventsSchema = z.object({
  items: z.array(guardEventSchema),
  nextCursor: z.string().nullable(),
});

export class CollectorProcess implements AsyncDisposable {
  readonly agentToken: string;
  readonly folder = mkdtempSync(join(tmpdir(), "collector-"));
  readonly #adminToken = randomBytes(24).toString("hex");
  #child: ChildProcess | undefined;
  #port = 0;

  private constructor(agentToken: string) {
    this.agentToken = agentToken;
  }

  /** With the token of another one, so that agents may come from there. */
  static async start(other?: Pick<CollectorProcess, "agentToken">): Promise<CollectorProcess> {
    const collector = new CollectorProcess(other?.agentToken ?? randomBytes(24).toString("hex"));
    await collector.comeBack();
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** With what it knew before. */
  async comeBack(): Promise<void> {
    const listen = `127.0.0.1:${this.#port}`;
    const child = spawn(
      COMMAND,
      ["serve", "--listen", listen, "--data-dir", join(this.folder, "data")],
      {
        env: {
          ...process.env,
          NODE_COMPILE_CACHE: COMPILE_CACHE,
          RUNNER_GUARD_AGENT_TOKEN: this.agentToken,
          RUNNER_GUARD_ADMIN_TOKEN: this.#adminToken,
        },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    this.#child = child;
    let said = "";
    for await (const chunk of child.stderr.iterator({ destroyOnReturn: false })) {
      said += String(chunk);
      const port = /ready: http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port !== undefined) {
        this.#port = Number(port);
        child.stderr.resume();
        return;
      }
    }
    throw new Error(`the collector did not start: ${said}`);
  }

  /** Without all that it knew. */
  async comeBackEmpty(): Promise<void> {
    rmSync(join(this.folder, "data"), { recursive: true });
    await this.comeBack();
  }

  /** A way to it on which each answer takes that long. */
  async behindSlowProxy(delayMs: number): Promise<AsyncDisposable & { readonly url: string }> {
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const there = connect({ host: "127.0.0.1", port: this.#port });
      for (const socket of [client, there]) {
        sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          client.destroy();
          there.destroy();
        });
      }
      client.pipe(there);
      there.on("data", (chunk) => setTimeout(() => client.write(chunk), delayMs));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return {
      url: `http://127.0.0.1:${address.port}`,
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy();
        server.close();
        await once(server, "close");
      },
    };
  }

  async goAway(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }

  async runs(): Promise<ListedRun[]> {
    return runsSchema.parse(await this.#ask("/v1/runs?limit=100")).items;
  }

  /** All of a run's, in the order of their numbers. */
  async events(runId: string): Promise<GuardEvent[]> {
    const events: GuardEvent[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const from = cursor === "" ? "" : `&cursor=${cursor}`;
      const path = `/v1/runs/${runId}/events?limit=1000${from}`;
      const page: z.infer<typeof eventsSchema> = eventsSchema.parse(await this.#ask(path));
      events.push(...page.items);
      cursor = page.nextCursor;
    }
    return events;
  }

  /** As an operator who may do everything. */
  async operate(path: string, body: unknown, method: "POST" | "PUT" = "POST"): Promise<unknown> {
    return this.#ask(path, { method, body: JSON.stringify(body) });
  }

  async remove(path: string): Promise<unknown> {
    return this.#ask(path, { method: "DELETE" });
  }

  async command(runId: string, number: number): Promise<unknown> {
    return this.#ask(`/v1/runs/${runId}/commands/${number}`);
  }

  async #ask(path: string, request: RequestInit = {}): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.#adminToken}` };
    const response = await fetch(new URL(path, this.url), { ...request, headers });
    return response.json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.goAway("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
