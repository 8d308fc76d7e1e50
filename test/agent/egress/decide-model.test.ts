import { BlockList, isIPv4 } from "node:net";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createEgressRules, decideEgress } from "../../../agent/egress/decide.ts";
import { policySchema } from "../../../protocol/index.ts";

/** Few values, so that blocks nest and addresses hit them. */
const byte = fc.constantFrom(9, 10, 11, 128, 255);
const ipv4 = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join("."));
const group = fc.constantFrom("0", "1", "db8", "ffff", "8000");
const ipv6 = fc
  .array(group, { minLength: 7, maxLength: 7 })
  .map((groups) => ["2001", ...groups].join(":"));
const block4 = fc
  .tuple(ipv4, fc.integer({ min: 1, max: 32 }))
  .map(([ip, prefix]) => mask4(ip, prefix));
/** Node takes an IPv6 block that holds ::ffff:0:0/96 for one that covers IPv4; with four bits or more these do not. */
const block6 = fc
  .tuple(ipv6, fc.integer({ min: 4, max: 128 }))
  .map(([ip, prefix]) => mask6(ip, prefix));
const blocks = fc.array(fc.oneof(block4, block6), { maxLength: 40 });
const addresses = fc.array(fc.oneof(ipv4, ipv6), { minLength: 1, maxLength: 20 });

test("addresses are decided as Node's own block list decides them, and deny wins", () => {
  fc.assert(
    fc.property(blocks, blocks, addresses, (allow, deny, ips) => {
      const rules = createEgressRules(
        policySchema.parse({
          version: 1,
          egress: { allow: allow.map(toEntry), deny: deny.map(toEntry) },
        }),
      );
      const isAllowed = toBlockList(allow);
      const isDenied = toBlockList(deny);
      for (const ip of ips) {
        const family = isIPv4(ip) ? "ipv4" : "ipv6";
        const expected = isAllowed.check(ip, family) && !isDenied.check(ip, family);
        const { allowed } = decideEgress(rules, { transport: "tcp", ip, port: 443, domains: [] });

        expect(allowed).toBe(expected);
      }
    }),
    { numRuns: 300 },
  );
});

const label = fc.constantFrom("a", "b", "evil", "com", "example");
const hostName = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
const pattern = fc.oneof(
  hostName,
  hostName.map((name) => `*.${name}`),
);
const port = fc.constantFrom(80, 443);
const entry = fc.record({ host: pattern, port });

test("names are decided as a comparison with each entry in turn decides them", () => {
  fc.assert(
    fc.property(fc.array(entry), fc.array(entry), hostName, port, (allow, deny, name, at) => {
      const covers = (one: { host: string; port: number }) =>
        one.port === at &&
        (one.host.startsWith("*.") ? name.endsWith(one.host.slice(1)) : name === one.host);
      const egress = {
        allow: allow.map((one) => `${one.host}:${one.port}`),
        deny: deny.map((one) => `${one.host}:${one.port}`),
      };
      const rules = createEgressRules(policySchema.parse({ version: 1, egress }));

      const decision = decideEgress(rules, { transport: "tcp", port: at, domains: [name] });

      expect(decision.allowed).toBe(allow.some(covers) && !deny.some(covers));
    }),
    { numRuns: 1_000 },
  );
});

test("a policy of 5,000 entries of every kind finds the one that covers a destination", () => {
  const allow = [
    ...Array.from({ length: 2_000 }, (_, n) => `host-${n}.example.com:443`),
    ...Array.from({ length: 1_000 }, (_, n) => `*.zone-${n}.example.org:443`),
    ...Array.from({ length: 2_000 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24:443`),
  ];
  const rules = createEgressRules(policySchema.parse({ version: 1, egress: { allow } }));
  const ruleOf = (ip: string | undefined, domains: readonly string[]) =>
    decideEgress(rules, { transport: "tcp", ip, port: 443, domains }).rule;

  expect(ruleOf(undefined, ["host-1999.example.com"])).toBe(
    "egress.allow: host-1999.example.com:443",
  );
  expect(ruleOf(undefined, ["a.b.zone-999.example.org"])).toBe(
    "egress.allow: *.zone-999.example.org:443",
  );
  expect(ruleOf("10.7.207.9", [])).toBe("egress.allow: 10.7.207.0/24:443");
  expect(ruleOf("10.7.208.9", ["host-2000.example.com"])).toBe("default");
});

interface Block {
  readonly first: string;
  readonly prefix: number;
}

function toEntry({ first, prefix }: Block): string {
  return isIPv4(first) ? `${first}/${prefix}` : `[${first}]/${prefix}`;
}

function toBlockList(of: readonly Block[]): BlockList {
  const list = new BlockList();
  for (const { first, prefix } of of) {
    list.addSubnet(first, prefix, isIPv4(first) ? "ipv4" : "ipv6");
  }
  return list;
}

function mask4(ip: string, prefix: number): Block {
  const bits = ip.split(".").map((part) => Number(part).toString(2).padStart(8, "0"));
  const bytes = clear(bits.join(""), prefix).match(/.{8}/g) ?? [];
  return { first: bytes.map((text) => Number.parseInt(text, 2)).join("."), prefix };
}

function mask6(ip: string, prefix: number): Block {
  const bits = ip.split(":").map((part) => Number.parseInt(part, 16).toString(2).padStart(16, "0"));
  const groups = clear(bits.join(""), prefix).match(/.{16}/g) ?? [];
  return { first: groups.map((text) => Number.parseInt(text, 2).toString(16)).join(":"), prefix };
}

function clear(bits: string, prefix: number): string {
  return bits.slice(0, prefix).padEnd(bits.length, "0");
}
