import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createEgressRules, decideEgress, type Destination } from "../../../agent/egress/decide.ts";
import { parseDestinationPattern } from "../../../agent/egress/destination-pattern.ts";
import { intersectDestinations } from "../../../agent/egress/intersect-destinations.ts";
import { egressPolicySchema } from "../../../protocol/index.ts";

test.each([
  [["*.github.test"], ["api.github.test:443"], ["api.github.test:443/tcp"]],
  [["*.github.test:*"], ["*.api.github.test:80-90"], ["*.api.github.test:80-90/tcp"]],
  [["10.0.0.0/8:5432"], ["10.20.0.0/16:*"], ["10.20.0.0/16:5432/tcp"]],
  [
    ["*:*", "*/icmp"],
    ["192.0.2.7/icmp", "[2001:db8::1]"],
    ["[2001:db8::1]/128:443/tcp", "192.0.2.7/32/icmp"],
  ],
  [["eu-*.github.test"], ["eu-1.github.test:443", "us.github.test"], ["eu-1.github.test:443/tcp"]],
  [["*.github.test"], ["eu-*1.github.test"], ["eu-*1.github.test:443/tcp"]],
  [["eu-*.github.test"], ["eu-a*b.github.test"], ["eu-a*b.github.test:443/tcp"]],
  [["github.test"], ["github.test/udp"], []],
  [["github.test:80"], ["github.test:443"], []],
  [["github.test"], ["evilgithub.test", "*.github.test"], []],
])("of %j and %j stays %j", (ones, others, both) => {
  expect(intersectDestinations(ones, others)).toEqual(both);
  expect([...intersectDestinations(others, ones)].toSorted()).toEqual(both.toSorted());
});

const host = fc.constantFrom(
  "*",
  "a.test",
  "*.a.test",
  "b.a.test",
  "*.b.a.test",
  "b*.a.test",
  "10.1.0.0/16",
  "10.1.2.3",
  "[2001:db8::]/32",
);
const entry = fc
  .tuple(host, fc.constantFrom("", ":80", ":70-90", ":*"), fc.constantFrom("", "/udp"))
  .map((parts) => parts.join(""));
const destination: fc.Arbitrary<Destination> = fc.record({
  transport: fc.constantFrom("tcp", "udp"),
  port: fc.constantFrom(70, 80, 443),
  domains: fc.constantFrom(
    [],
    ["a.test"],
    ["b.a.test"],
    ["c.b.a.test"],
    ["b1.a.test"],
    ["other.test"],
  ),
  ip: fc.constantFrom("10.1.2.3", "10.1.9.9", "10.2.0.1", "2001:db8::7"),
});

test("allows what both lists allow by name or by address, and nothing that one of them does not", () => {
  const list = fc.array(entry, { maxLength: 5 });
  fc.assert(
    fc.property(list, list, destination, fc.boolean(), (ones, others, flow, isByName) => {
      // A name in one list and its address in the other have nothing in common.
      const asked = isByName ? { ...flow, ip: undefined } : { ...flow, domains: [] };
      const both = intersectDestinations(ones, others);

      expect(both.every((text) => "value" in parseDestinationPattern(text))).toBe(true);
      expect(isAllowed(both, asked)).toBe(isAllowed(ones, asked) && isAllowed(others, asked));
    }),
  );
});

function isAllowed(allow: readonly string[], flow: Destination): boolean {
  const egress = egressPolicySchema.parse({ mode: "block", allow });
  return decideEgress(createEgressRules({ egress }), flow).allowed;
}
