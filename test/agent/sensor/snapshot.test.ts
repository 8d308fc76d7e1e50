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

test("tells of a process and of its connection from before", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = toAddress(server.address());
  const client = spawn(process.execPath, ["-e", CLIENT, String(port)], { stdio: "pipe" });
  await once(client.stdout, "data");
  const seen: Observation[] = [];

  takeSnapshot({
    scope: { type: "host" },
    observe: (observation) => seen.push(observation),
    watchedEnvironment: [],
    procRoot: "/proc",
  });
  client.kill();
  server.close();

  const ofClient = seen.filter((it) => "process" in it && it.process.pid === client.pid);
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
