import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

import { expect, test } from "vitest";

import type { Observation } from "../../../agent/observation.ts";
import { takeSnapshot } from "../../../agent/sensor/snapshot.ts";

/** Connects to the port given, says so, and waits. */
const CLIENT = `
const socket = require("node:net").connect(Number(process.argv[1]), "127.0.0.1");
socket.once("connect", () => process.stdout.write("connected"));
`;

test("tells of a process and of its connection from before, and not of what the guard started", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = toAddress(server.address());
  // A shell that has more to do starts a child.
  const line = '"$@" & echo $!; wait';
  const argv = [process.execPath, "-e", CLIENT, String(port)];
  const starter = spawn("/bin/sh", ["-c", line, "sh", ...argv], { stdio: "pipe" });
  let said = "";
  starter.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await expect.poll(() => said).toContain("connected");
  const clientPid = Number.parseInt(said, 10);
  const seen: Observation[] = [];

  takeSnapshot({
    scope: { type: "host" },
    observe: (observation) => seen.push(observation),
    watchedEnvironment: [],
    procRoot: "/proc",
  });
  process.kill(clientPid);
  server.close();

  const of = (pid: number | undefined) =>
    seen.filter((it) => "process" in it && it.process.pid === pid);
  expect([...of(starter.pid), ...of(process.pid)]).toEqual([]);
  const ofClient = of(clientPid);
  expect(ofClient).toContainEqual(
    expect.objectContaining({ kind: "exec", origin: "snapshot", executable: process.execPath }),
  );
  expect(ofClient).toContainEqual(
    expect.objectContaining({
      kind: "connect",
      origin: "snapshot",
      address: expect.objectContaining({ transport: "tcp", ip: "127.0.0.1", port }),
    }),
  );
});

function toAddress(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return address;
}
