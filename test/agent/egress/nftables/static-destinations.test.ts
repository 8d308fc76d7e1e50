import * as fc from "fast-check";
import { expect, test } from "vitest";

import { lastOfBlock } from "../../../../agent/egress/address-block.ts";
import { createEgressRules, decideEgress } from "../../../../agent/egress/decide.ts";
import { isLoopback, parseIpAddress } from "../../../../agent/egress/ip-address.ts";
import type { StaticDestination } from "../../../../agent/egress/nftables/ruleset-plan.ts";
import { toStaticDestinations } from "../../../../agent/egress/nftables/static-destinations.ts";
import { policySchema } from "../../../../protocol/index.ts";

const ip = fc.constantFrom(
  "127.0.0.1",
  "10.0.0.1",
  "10.0.128.1",
  "10.1.0.1",
  "192.0.2.1",
  "::1",
  "2001:db8::1",
  "2001:db8:8000::1",
);
const host = fc.constantFrom(
  "*",
  "example.com",
  "*.example.com",
  "10.0.0.1",
  "10.0.0.0/8",
  "10.0.0.0/16",
  "0.0.0.0/0",
  "127.0.0.0/8",
  "[::1]",
  "[2001:db8::]/32",
  "[2001:db8::]/33",
  "[::]/0",
);
const ending = fc.constantFrom(
  "",
  ":443",
  ":80",
  ":8000-8100",
  ":*",
  "/udp",
  ":53/udp",
  "/tcp",
  "/icmp",
  "/raw",
  ":*/udp",
);
const entries = fc.array(
  fc.tuple(host, ending).map((parts) => parts.join("")),
  { maxLength: 8 },
);
const flow = fc.record({
  ip,
  port: fc.constantFrom(1, 53, 80, 443, 8050, 65_535),
  transport: fc.constantFrom("tcp", "udp", "icmp", "raw"),
});

test("a table of addresses decides as policy does, for every flow to an address that has no name", () => {
  fc.assert(
    fc.property(
      entries,
      entries,
      fc.array(flow, { minLength: 1, maxLength: 20 }),
      (allow, deny, flows) => {
        const egress = { allow, deny };
        const rules = createEgressRules(policySchema.parse({ version: 1, egress }));
        const plan = toStaticDestinations(egress);
        for (const one of flows) {
          const portless = one.transport === "icmp" || one.transport === "raw";
          const { allowed } = decideEgress(rules, {
            transport: one.transport,
            ip: one.ip,
            port: portless ? undefined : one.port,
            domains: [],
          });

          expect(isLetOut(plan, one)).toBe(allowed);
        }
      },
    ),
    { numRuns: 500 },
  );
});

type Flow = ReturnType<typeof flow.generate>["value"];

/** The order of the judge's rules: denied, loopback, allowed. */
function isLetOut({ allow, deny }: ReturnType<typeof toStaticDestinations>, one: Flow): boolean {
  if (deny.some((destination) => covers(destination, one))) return false;
  const address = parseIpAddress(one.ip);
  return (
    (address !== undefined && isLoopback(address)) ||
    allow.some((destination) => covers(destination, one))
  );
}

function covers({ block, ports, transports }: StaticDestination, one: Flow): boolean {
  if (!transports.has(one.transport)) return false;
  const hasPorts = one.transport === "tcp" || one.transport === "udp";
  if (hasPorts && (one.port < ports.from || one.port > ports.to)) return false;
  const address = parseIpAddress(one.ip);
  if (block === undefined) return true;
  if (address?.family !== block.first.family) return false;
  const number = toNumber(address.words);
  return number >= toNumber(block.first.words) && number <= toNumber(lastOfBlock(block).words);
}

function toNumber(words: readonly number[]): bigint {
  return words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}
