import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";

import { expect, test } from "vitest";

import { findInheritedConnections } from "../../../agent/job/inherited-connections.ts";

function descriptorOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, "_handle");
  const descriptor: unknown =
    typeof handle === "object" && handle !== null && Reflect.get(handle, "fd");
  if (typeof descriptor !== "number") throw new Error("a socket without a descriptor");
  return descriptor;
}

test.each([
  { listen: "127.0.0.1", to: "127.0.0.1", family: "ipv4", ip: "127.0.0.1" },
  { listen: "::1", to: "::1", family: "ipv6", ip: "::1" },
  { listen: "127.0.0.1", to: "::ffff:127.0.0.1", family: "ipv4", ip: "127.0.0.1" },
])("a connection to $to is found with its other end", async ({ listen, to, family, ip }) => {
  const server = createServer((peer) => void peer.on("error", () => undefined)).listen(0, listen);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const socket = connect(port, to);
  await once(socket, "connect");
  const descriptor = descriptorOf(socket);

  expect(findInheritedConnections([descriptor])).toEqual([
    { descriptor, address: { transport: "tcp", family, ip, port } },
  ]);
  socket.destroy();
  server.close();
});

test("files, pipes and what is closed are none", () => {
  const file = openSync("/dev/null", "r");

  expect(findInheritedConnections([file, 0, 1, 2, 9_999])).toEqual([]);
  closeSync(file);
});
