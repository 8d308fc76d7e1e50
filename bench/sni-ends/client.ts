/**
 * Connects and downloads, by turns from each of two addresses of the same server, and prints what it measured as JSON. The
 * server is a process of its own, started here so that both are in the namespace that this one is in.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";

export interface SniBenchPlan {
  readonly key: string;
  readonly cert: string;
  readonly servername: string;
  /** Without and with the gate. */
  readonly hosts: { readonly direct: string; readonly gated: string };
  readonly connects: number;
  readonly downloads: number;
  readonly mebibytes: number;
}

export interface SniBenchOutcome {
  readonly connectMs: Readonly<Record<"direct" | "gated", number[]>>;
  readonly mebibytesPerSecond: Readonly<Record<"direct" | "gated", number[]>>;
}

const PORT = 4443;
const MEBIBYTE = 1_048_576;
const WAYS = ["direct", "gated"] as const;
const plan: SniBenchPlan = JSON.parse(process.argv[2] ?? "");

async function open(host: string): Promise<{ socket: TLSSocket; ms: number }> {
  const begun = performance.now();
  const { servername } = plan;
  const socket = connect({ host, port: PORT, servername, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  return { socket, ms: performance.now() - begun };
}

async function timeConnect(host: string): Promise<number> {
  const { socket, ms } = await open(host);
  socket.end("0");
  socket.resume();
  await once(socket, "close");
  return ms;
}

async function timeDownload(host: string): Promise<number> {
  const { socket } = await open(host);
  const begun = performance.now();
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => (bytes += chunk.length));
  socket.write(String(plan.mebibytes * MEBIBYTE));
  await once(socket, "end");
  if (bytes !== plan.mebibytes * MEBIBYTE) throw new Error(`${bytes} bytes came`);
  return (plan.mebibytes * 1_000) / (performance.now() - begun);
}

const server = fork(join(import.meta.dirname, "server.ts"), [String(PORT), plan.key, plan.cert]);
await once(server, "message");
const outcome: SniBenchOutcome = {
  connectMs: { direct: [], gated: [] },
  mebibytesPerSecond: { direct: [], gated: [] },
};
// Warm-up: the first ones pay for compiling.
for (const way of WAYS) {
  for (let run = 0; run < 10; run += 1) await timeConnect(plan.hosts[way]);
  await timeDownload(plan.hosts[way]);
}
for (let run = 0; run < plan.connects; run += 1) {
  for (const way of WAYS) outcome.connectMs[way].push(await timeConnect(plan.hosts[way]));
}
for (let run = 0; run < plan.downloads; run += 1) {
  for (const way of WAYS) {
    outcome.mebibytesPerSecond[way].push(await timeDownload(plan.hosts[way]));
  }
}
server.kill();
process.stdout.write(JSON.stringify(outcome));
