/** The configuration of the proxy before a collector, in a real Caddy: what agents and the collector count on comes through. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type RequestOptions, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CADDY, requires } from "../support/requires.ts";

const CADDYFILE = join(import.meta.dirname, "../../deploy/proxy/Caddyfile");
const HOST = "collector.example.org";
const COLLECTOR = "127.0.0.1:8787";
/** The largest body that a collector takes. */
const BATCH_BYTES = 8 * 2 ** 20;
const EVENT = "data: one\n\n";
/** A busy machine's Caddy makes its certificates in a few seconds. */
const LIMIT_MS = 60_000;
const { caddy } = requires;

let place: string;
let proxy: ChildProcess;
/** Takes batches at any path, and has agents listen at `/stream`. */
let collector: Server;
let hasLeft: Promise<unknown>;

beforeAll(async () => {
  if (!caddy.available) return;
  place = mkdtempSync(join(tmpdir(), "runner-guard-caddy-"));
  const { promise, resolve } = Promise.withResolvers();
  hasLeft = promise;
  collector = createServer((asked, answer) => {
    if (asked.url === "/stream") {
      answer.writeHead(200, { "content-type": "text/event-stream" }).write(EVENT);
      answer.on("close", resolve);
      return;
    }
    let bytes = 0;
    asked.on("data", (chunk: Buffer) => (bytes += chunk.length));
    asked.on("end", () => answer.end(JSON.stringify({ bytes, to: asked.headers.host })));
  }).listen(0, "127.0.0.1");
  await once(collector, "listening");
  await startCaddy(collector.address());
}, LIMIT_MS);

afterAll(async () => {
  if (!caddy.available) return;
  if (proxy.exitCode === null && proxy.signalCode === null) {
    proxy.kill("SIGKILL");
    await once(proxy, "exit");
  }
  collector.closeAllConnections();
  collector.close();
  rmSync(place, { recursive: true, force: true });
});

describe.skipIf(!caddy.available)(`deploy/proxy/Caddyfile${caddy.note}`, () => {
  test("passes the largest batch on, over TLS with a certificate for the collector's name", async () => {
    const answer = await ask({ method: "POST", path: "/v1/runs" }, Buffer.alloc(BATCH_BYTES));

    expect(await readAll(answer)).toBe(JSON.stringify({ bytes: BATCH_BYTES, to: HOST }));
  });

  test("passes an event on while the stream goes on, and tells the collector when the agent has gone", async () => {
    const answer = await ask({ path: "/stream" });
    const [first] = await once(answer, "data");

    expect(String(first)).toBe(EVENT);
    expect(answer.complete).toBe(false);
    answer.destroy();
    await hasLeft;
  });
});

/** As it is shipped, but that it listens in a folder of ours, makes its certificates itself, and knows our collector's port. */
async function startCaddy(address: AddressInfo | string | null): Promise<void> {
  if (address === null || typeof address === "string") throw new Error("the collector has no port");
  const shipped = readFileSync(CADDYFILE, "utf8");
  expect(shipped.split(COLLECTOR)).toHaveLength(3);
  expect(shipped.split(`\n${HOST} {\n`)).toHaveLength(2);
  const path = join(place, "Caddyfile");
  const site = shipped
    .replaceAll(COLLECTOR, `127.0.0.1:${address.port}`)
    .replace(`\n${HOST} {\n`, `\n${HOST} {\n\tbind unix/${toSocket()}\n`);
  writeFileSync(path, `${OF_THE_TEST}${site}`);
  const program = existsSync(CADDY) ? CADDY : "caddy";
  proxy = spawn(program, ["run", "--config", path, "--adapter", "caddyfile"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { HOME: place, XDG_DATA_HOME: place, XDG_CONFIG_HOME: place },
  });
  await untilItServes(proxy);
}

const OF_THE_TEST = `{
	admin off
	local_certs
	skip_install_trust
	auto_https disable_redirects
}
`;

function toSocket(): string {
  return join(place, "proxy.sock");
}

/** When it has a certificate, it takes connections already. */
function untilItServes({ stderr }: ChildProcess): Promise<void> {
  let said = "";
  return new Promise((resolve, reject) => {
    stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("certificate obtained successfully")) resolve();
    });
    stderr?.on("end", () => reject(new Error(`Caddy has ended: ${said}`)));
  });
}

async function ask(options: RequestOptions, body?: Buffer): Promise<IncomingMessage> {
  const ca = readFileSync(join(place, "caddy/pki/authorities/local/root.crt"));
  const asked = request({
    ...options,
    socketPath: toSocket(),
    ca,
    servername: HOST,
    headers: { host: HOST },
  });
  asked.end(body);
  const [answer] = await once(asked, "response");
  return answer;
}

async function readAll(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) text += String(chunk);
  return text;
}
