import { expect, test } from "vitest";

import { createOwnAddresses } from "../../../../agent/egress/enforcement/own-addresses.ts";
import type { RouteMessage } from "../../../../agent/egress/netlink/route-message.ts";

const ADDED: RouteMessage = { kind: "address", deed: "added", ip: "192.0.2.1", prefix: 24 };
const LOCAL: RouteMessage = { ...ADDED, kind: "route", prefix: 32, isLocal: true };

test("an address is taken when it was nobody's here before", () => {
  const own = createOwnAddresses([]);

  expect(own.findTaken(ADDED)).toBe("192.0.2.1");
  // The kernel makes that route of it.
  expect(own.findTaken(LOCAL)).toBeUndefined();
  expect(own.findTaken({ ...ADDED, deed: "deleted" })).toBeUndefined();
  expect(own.findTaken(ADDED)).toBe("192.0.2.1");
});

test("one whose lifetime is renewed is not taken", () => {
  expect(createOwnAddresses(["192.0.2.1"]).findTaken(ADDED)).toBeUndefined();
});

test("a route to the machine itself takes it too, and another route does not", () => {
  expect(createOwnAddresses([]).findTaken(LOCAL)).toBe("192.0.2.1");
  expect(createOwnAddresses([]).findTaken({ ...LOCAL, isLocal: false })).toBeUndefined();
  expect(createOwnAddresses([]).findTaken({ kind: "link", deed: "added" })).toBeUndefined();
});

test("more than find room are taken each time", () => {
  const own = createOwnAddresses([]);
  for (let count = 0; count < 5_000; count += 1) {
    own.findTaken({ ...ADDED, ip: `10.0.${count >> 8}.${count & 255}` });
  }

  expect(own.findTaken({ ...ADDED, ip: "10.0.0.1" })).toBeUndefined();
  expect(own.findTaken(ADDED)).toBe("192.0.2.1");
  expect(own.findTaken(ADDED)).toBe("192.0.2.1");
});
