import { describe, expect, test } from "vitest";

import { createAddressBook } from "../../../../agent/egress/address-book.ts";
import { createEgressRules } from "../../../../agent/egress/decide.ts";
import { createDestinationJudge } from "../../../../agent/egress/enforcement/destination-judge.ts";
import { parseHostsFile } from "../../../../agent/egress/hosts-file.ts";
import { createNameAliases } from "../../../../agent/egress/name-aliases.ts";
import { createNamePolicy } from "../../../../agent/egress/name-policy.ts";
import type { FlowAddress } from "../../../../agent/observation.ts";
import { egressPolicySchema, type EnforcementMode } from "../../../../protocol/index.ts";

const GITHUB = "192.0.2.10";
const BAD = "192.0.2.66";
const SHARD = "192.0.2.20";

describe("in block mode", () => {
  test("an address is allowed by the name that DNS gave it, and named by it", () => {
    expect(setUp("block")(tcp(GITHUB), 0)).toEqual({
      verdict: "allowed",
      rule: "egress.allow: github.test",
      domain: "github.test",
    });
  });

  test("it is blocked when its time is over, and still named", () => {
    expect(setUp("block")(tcp(GITHUB), 2_000_000)).toEqual({
      verdict: "blocked",
      rule: "default",
      domain: "github.test",
    });
  });

  test("a connection that was begun in time stays allowed", () => {
    expect(setUp("block")(tcp(GITHUB), "begun")).toMatchObject({ verdict: "allowed" });
  });

  test("an address of the machine's own is as good as loopback", () => {
    expect(setUp("block")(tcp("192.0.2.99", 8080), 0)).toMatchObject({
      verdict: "allowed",
      rule: "loopback",
    });
  });

  test("another port is blocked", () => {
    expect(setUp("block")(tcp(GITHUB, 22), 0)).toMatchObject({
      verdict: "blocked",
      rule: "default",
    });
  });

  test("an address of a hosts file is allowed by its name", () => {
    expect(setUp("block")(tcp("10.0.0.9", 5432), 0)).toMatchObject({
      verdict: "allowed",
      domain: "db.test",
    });
  });

  test("a host that a record pointed at is allowed on that port", () => {
    const judge = setUp("block");

    expect(judge(tcp(SHARD, 5432), 0)).toMatchObject({ verdict: "allowed" });
    expect(judge(tcp(SHARD, 443), 0)).toMatchObject({ verdict: "blocked" });
  });

  test("a question to the configured resolver is allowed, and one to another is not", () => {
    const judge = setUp("block");

    expect(judge(udp("10.96.0.10", 53), 0)).toEqual({ verdict: "allowed", rule: "resolver" });
    expect(judge(udp("1.1.1.1", 53), 0)).toEqual({
      verdict: "blocked",
      rule: "untrusted-resolver",
    });
    expect(judge(tcp("1.1.1.1", 53), 0)).toMatchObject({ verdict: "blocked" });
  });
});

describe("in audit mode", () => {
  test("what policy does not list would be blocked", () => {
    expect(setUp("audit")(tcp("203.0.113.9"), 0)).toMatchObject({ verdict: "would-block" });
  });

  test("what it denies is blocked, by address and by name", () => {
    const judge = setUp("audit");

    expect(judge(tcp("198.51.100.7"), 0)).toMatchObject({ verdict: "blocked" });
    expect(judge(tcp(BAD), 0)).toMatchObject({ verdict: "blocked", domain: "bad.test" });
  });

  test("a question to another resolver is judged as any connection is", () => {
    expect(setUp("audit")(udp("1.1.1.1", 53), 0)).toMatchObject({
      verdict: "would-block",
      rule: "default",
    });
  });
});

test("where packets are not refused nothing counts as blocked", () => {
  expect(setUp("block", false)(tcp("203.0.113.9"), 0)).toMatchObject({ verdict: "would-block" });
});

function setUp(mode: EnforcementMode, packets = true) {
  const egress = egressPolicySchema.parse({
    allow: ["github.test", "db.test:5432", "10.96.0.0/16:443"],
    deny: ["198.51.100.0/24", "bad.test"],
  });
  const rules = createEgressRules({ egress });
  const book = createAddressBook({ maxAddresses: 10, maxNamesPerAddress: 10 });
  const aliases = createNameAliases({ maxAliases: 10, maxOriginsPerAlias: 10 });
  book.learn(GITHUB, "github.test", 1_000);
  book.learn(BAD, "bad.test", 1_000);
  book.learn(SHARD, "shard.other.test", 1_000);
  aliases.remember("shard.other.test", { origin: "_pg._tcp.db.test", port: 5432 }, 1_000);
  return createDestinationJudge({
    policy: {
      rules,
      mode,
      names: createNamePolicy({ rules, mode, dns: "any", searchDomains: [] }),
    },
    hosts: parseHostsFile("10.0.0.9 db.test\n", {
      maxLength: 1_000,
      maxAddresses: 10,
      maxNamesPerAddress: 10,
    }),
    ownIps: new Set(["192.0.2.99"]),
    book,
    aliases,
    refusesPackets: packets,
    resolvers: new Set(["10.96.0.10"]),
    hasOwnResolver: false,
  });
}

function tcp(ip: string, port = 443): FlowAddress {
  return { transport: "tcp", family: "ipv4", ip, port };
}

function udp(ip: string, port: number): FlowAddress {
  return { transport: "udp", family: "ipv4", ip, port };
}
