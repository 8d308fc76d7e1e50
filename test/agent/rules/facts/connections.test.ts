import { expect, test } from "vitest";

import type { ConnectObservation, FlowAddress } from "../../../../agent/observation.ts";
import type { Actor } from "../../../../agent/rules/facts/actor.ts";
import { createConnections } from "../../../../agent/rules/facts/connections.ts";

const ADDRESS: FlowAddress = { transport: "tcp", family: "ipv4", ip: "203.0.113.1", port: 443 };

test("a connection is open from its beginning to its end, and each of two to one place counts", () => {
  const connections = createConnections({ maxProcesses: 10 });
  const actor = toActor(1);
  connections.note(connect(ADDRESS), actor);
  connections.note(connect(ADDRESS), actor);
  connections.note({ ...flow(ADDRESS), result: "established" }, actor);
  expect(connections.openOf(actor)).toEqual([ADDRESS, ADDRESS]);

  connections.note(flow(ADDRESS), actor);
  expect(connections.openOf(actor)).toEqual([ADDRESS]);

  connections.note({ ...flow(ADDRESS), result: "refused" }, actor);
  expect(connections.openOf(actor)).toEqual([]);
});

test("datagrams and Unix sockets are no connections", () => {
  const connections = createConnections({ maxProcesses: 10 });
  const actor = toActor(1);
  connections.note(connect({ ...ADDRESS, transport: "udp" }), actor);
  connections.note(connect({ transport: "unix", family: "unix", path: "/run/x" }), actor);

  expect(connections.openOf(actor)).toEqual([]);
});

test("those that connected longest ago are forgotten, and so are the oldest of many of one", () => {
  const connections = createConnections({ maxProcesses: 2 });
  const [first, second, third] = [toActor(1), toActor(2), toActor(3)];
  connections.note(connect(ADDRESS), first);
  connections.note(connect(ADDRESS), second);
  for (let port = 1; port <= 100; port += 1) {
    connections.note(connect({ ...ADDRESS, port }), third);
  }

  expect(connections.openOf(first)).toEqual([]);
  expect(connections.openOf(second)).toHaveLength(1);
  expect(connections.openOf(third)).toHaveLength(32);
  expect(connections.openOf(third).at(-1)).toMatchObject({ port: 100 });
});

function connect(address: FlowAddress): ConnectObservation {
  return { kind: "connect", at: 0, process: { pid: 1, startTicks: 1 }, address, origin: "live" };
}

function flow(address: FlowAddress) {
  const process = { pid: 1, startTicks: 1 };
  return { kind: "flow" as const, at: 0, process, address, bytesSent: 0, bytesReceived: 0 };
}

function toActor(pid: number): Actor {
  return {
    ref: { pid, startTicks: pid },
    id: `${pid}-${pid}`,
    parent: undefined,
    depth: 0,
    step: undefined,
    startedAt: 0,
    endedAt: undefined,
    program: undefined,
    hasExecuted: false,
  };
}
