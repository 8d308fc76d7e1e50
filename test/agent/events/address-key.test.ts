import { expect, test } from "vitest";

import { toAddressKey } from "../../../agent/events/address-key.ts";
import type { FlowAddress } from "../../../agent/observation.ts";

const IPV4: FlowAddress = { transport: "tcp", family: "ipv4", ip: "192.0.2.1", port: 443 };

test("a mapped address is the IPv4 one that is on the wire", () => {
  expect(toAddressKey({ ...IPV4, family: "ipv6", ip: "::ffff:192.0.2.1" })).toBe(
    toAddressKey(IPV4),
  );
});

test.each([
  { ...IPV4, port: 80 },
  { ...IPV4, transport: "udp" as const },
  { ...IPV4, ip: "192.0.2.2" },
  { ...IPV4, family: "ipv6" as const, ip: "2001:db8::ffff:192.0.2.1" },
])("what differs on the wire differs: %j", (other) => {
  expect(toAddressKey(other)).not.toBe(toAddressKey(IPV4));
});
