import { expect, test } from "vitest";

import { createPacketMatcher } from "../../../agent/events/packet-matcher.ts";
import type { FlowAddress, PacketObservation } from "../../../agent/observation.ts";

const HTTPS: FlowAddress = { transport: "tcp", family: "ipv4", ip: "192.0.2.1", port: 443 };
const ECHO: FlowAddress = { transport: "icmp", family: "ipv4", ip: "192.0.2.1" };

test("packets are given to whoever was last seen to talk there before, in whichever order the two arrive", () => {
  const packets = createPacketMatcher({ maxFlows: 10, maxSenders: 10 });
  packets.add(refused(HTTPS));
  packets.remember("1-a", HTTPS, 0);
  packets.remember("2-b", HTTPS, 1);
  packets.remember("3-c", HTTPS, 1_000_000);
  packets.add(refused(HTTPS));
  packets.add(refused(ECHO));

  expect(packets.settle("all")).toMatchObject([
    { address: HTTPS, processId: "2-b", isRefused: true, packets: 2 },
    { address: ECHO, processId: null, isRefused: true, packets: 1 },
  ]);
  expect(packets.settle("all")).toEqual([]);
});

test("a packet waits for sensors that come to it a second later", () => {
  const packets = createPacketMatcher({ maxFlows: 10, maxSenders: 10 });
  packets.add(refused(HTTPS));

  expect(packets.settle("old")).toEqual([]);
  packets.remember("1-a", HTTPS, 0);
  expect(packets.settle("old")).toMatchObject([{ address: HTTPS, processId: "1-a" }]);
  expect(packets.settle("all")).toEqual([]);
});

test("a packet is given to whoever has its port, also when another begins to talk there at the same time", () => {
  const packets = createPacketMatcher({ maxFlows: 10, maxSenders: 10 });
  packets.remember("1-a", HTTPS, 0);
  packets.remember("2-b", HTTPS, 1);
  packets.add(refused(HTTPS), "1-a");
  packets.add(refused(HTTPS), "2-b");

  expect(packets.settle("all").map(({ processId }) => processId)).toEqual(["1-a", "2-b"]);
});

test("whoever has the port and was not seen to talk there is another one with the same port", () => {
  const packets = createPacketMatcher({ maxFlows: 10, maxSenders: 10 });
  packets.remember("1-a", HTTPS, 0);
  packets.add(refused(HTTPS), "3-c");

  expect(packets.settle("all")).toMatchObject([{ processId: "1-a" }]);
});

test("what was refused is told apart from what would have been", () => {
  const packets = createPacketMatcher({ maxFlows: 10, maxSenders: 10 });
  packets.add(refused(HTTPS));
  packets.add({ ...refused(HTTPS), isRefused: false });

  expect(packets.settle("all").map(({ isRefused }) => isRefused)).toEqual([true, false]);
});

test("it never holds more than it may, and counts what it turned away", () => {
  const packets = createPacketMatcher({ maxFlows: 1, maxSenders: 1 });
  packets.remember("1-a", HTTPS, 0);
  packets.remember("2-b", ECHO, 0);
  packets.add(refused(HTTPS));
  packets.add(refused(ECHO));

  expect(packets.settle("all")).toMatchObject([{ address: HTTPS, processId: null }]);
  expect(packets.turnedAway).toBe(1);
});

function refused(address: FlowAddress): PacketObservation {
  return { kind: "packet", at: 1, address, userId: 0, isRefused: true };
}
