/**
 * Runs in a network namespace of a test's own: the gate, and servers behind it. Says what happens as JSON, a line each;
 * ends with its standard input.
 */
import { createServer as createPlainServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";

import { connectMarkedTcp } from "../../../../agent/egress/marked-socket.ts";
import { createSniGate, SNI_GATE_BOUNDS } from "../../../../agent/egress/sni/sni-gate.ts";
import type { GateSettings } from "./gate-settings.ts";

const settings: GateSettings = JSON.parse(process.argv[2] ?? "");
const { key, cert, mark, gate: own } = settings;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Says `name\n` first, then whatever it hears; ends when the other end does, or at `bye`. */
function echo(socket: Socket | TLSSocket, name: string): void {
  socket.on("error", () => undefined);
  socket.write(`${name}\n`);
  socket.pipe(socket);
  socket.on("data", (bytes: Buffer) => {
    if (bytes.length < 100_000 && bytes.toString("latin1").endsWith("bye\n")) socket.end();
  });
}

const tlsOptions = { key, cert, allowHalfOpen: true };
for (const { port, ecdhCurve } of [
  { port: 443, ecdhCurve: "auto" },
  // A client that offers a key share of another group first is asked for a second hello.
  { port: 8443, ecdhCurve: "P-384" },
]) {
  const server = createTlsServer({ ...tlsOptions, ecdhCurve }, (socket) => {
    echo(socket, `${String(socket.servername)} ${String(socket.getProtocol())}`);
  });
  server.on("tlsClientError", () => undefined).listen(port, "::");
}
/** Says what it hears in hexadecimal, and hangs up with a reset. */
createPlainServer({ allowHalfOpen: true }, (socket) => {
  socket.on("error", () => undefined);
  socket.once("data", (bytes) => {
    say({ heard: bytes.length });
    socket.resetAndDestroy();
  });
}).listen(9443, "::");
/** Tells when its client is gone. */
createPlainServer((socket) => {
  socket.write("hi");
  socket.on("error", (error: NodeJS.ErrnoException) => say({ silent: error.code })).resume();
  socket.on("close", () => say({ silent: "close" }));
}).listen(9444, "::");

let { isEnforcing } = own;
const gate = await createSniGate({
  decide: (name, ip) => ({
    isAllowed: name.endsWith(".allowed.example"),
    rule: name.endsWith(".allowed.example") ? `egress.allow: for ${ip}` : "default",
  }),
  report: (check) => say({ check }),
  connect: (destination) => connectMarkedTcp({ ...destination, mark, allowHalfOpen: true }),
  isEnforcing: () => isEnforcing,
  bounds: { ...SNI_GATE_BOUNDS, ...own.bounds },
  listen: [
    { ip: "127.0.0.1", port: 0 },
    { ip: "::1", port: 0 },
  ],
});
say({ ports: gate.ports });

createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "enforce") isEnforcing = true;
  say({ counters: gate.counters });
});
process.stdin.on("end", async () => {
  await gate[Symbol.asyncDispose]();
  say({ disposed: true });
  // The servers above would go on.
  process.kill(process.pid, "SIGKILL");
});
