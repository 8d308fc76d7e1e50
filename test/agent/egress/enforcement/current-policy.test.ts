import { describe, expect, test } from "vitest";

import { createCurrentPolicy } from "../../../../agent/egress/enforcement/current-policy.ts";
import { describePolicy } from "../../../../agent/egress/enforcement/describe-policy.ts";
import { parseHostsFile } from "../../../../agent/egress/hosts-file.ts";
import { egressPolicySchema } from "../../../../protocol/index.ts";

const BUILT_IN = {
  id: "ci-required",
  asOf: "2026-01-31",
  reason: "the runner reports there",
  destinations: ["ci.test:443", "192.0.2.50:443"],
};

describe("a policy may become stricter", () => {
  test("by what is denied from then on", () => {
    const policy = create({ allow: ["*.example.test"] });
    policy.tighten({ deny: ["bad.example.test", "198.51.100.0/24"] });

    expect(policy.names.isDenied("bad.example.test")).toBe(true);
    expect(policy.names.openingsFor("good.example.test")).toHaveLength(1);
    expect(policy.destinations.deny).toHaveLength(1);
  });

  test("by blocking, by refusing names, by checking server names", () => {
    const policy = create({ dns: "any", allow: ["github.test", "github.test:443/udp"] }, "audit");
    policy.tighten({ mode: "block", dns: "allowed-names", sni: "verify" });

    expect(policy.mode).toBe("block");
    expect(policy.names.decide("evil.test")).toMatchObject({ isAnswered: false });
    expect(policy.names.openingsFor("github.test").map(({ transport }) => transport)).toEqual([
      "tcp",
    ]);
  });

  test("also where there was none: what is denied is, and all else stays allowed", () => {
    const policy = create(undefined, "audit");
    policy.tighten({ deny: ["evil.test"] });

    expect(policy.names.isDenied("evil.test")).toBe(true);
    expect(policy.names.decide("github.test")).toMatchObject({ verdict: "allowed" });
    expect(policy.destinations.allow.some(({ block }) => block === undefined)).toBe(true);
  });
});

describe("a policy may come to allow only what a list covers too", () => {
  test("which opens nothing that it did not allow, and leaves what is built in", () => {
    const policy = create({ allow: ["*.example.test", "github.test"] });
    policy.tighten({ allowOnly: ["a.example.test", "evil.test"] });

    const isAnswered = (name: string) => policy.names.decide(name).isAnswered;
    expect(
      ["a.example.test", "b.example.test", "github.test", "evil.test"].map(isAnswered),
    ).toEqual([true, false, false, false]);
    expect(isAnswered("ci.test")).toBe(true);
  });

  test("also where there was none", () => {
    const policy = create(undefined, "audit");
    policy.tighten({ mode: "block", allowOnly: ["github.test"] });

    expect(policy.names.decide("github.test")).toMatchObject({ isAnswered: true });
    expect(policy.names.decide("evil.test")).toMatchObject({ isAnswered: false });
  });
});

test("without an egress section audit mode allows everything, and block mode nothing", () => {
  const decide = (mode: "audit" | "block") => create(undefined, mode).names.decide("github.test");

  expect(decide("audit")).toMatchObject({ isAnswered: true, verdict: "allowed" });
  expect(decide("block")).toMatchObject({ isAnswered: false, verdict: "blocked" });
  expect(create(undefined, "block").destinations.allow).toEqual([]);
});

test("what is built in is allowed beside the policy", () => {
  const policy = create({ allow: [] });

  expect(policy.names.decide("ci.test")).toEqual({
    isAnswered: true,
    verdict: "allowed",
    rule: "ci-required: ci.test:443",
  });
  expect(policy.destinations.allow).toHaveLength(1);
});

test("addresses of the hosts file are opened for their names, and refused where these are denied", () => {
  const policy = create({ allow: ["db.test:5432"], deny: ["bad.test"] });

  expect(policy.destinations.allow.map(({ ports }) => ports.from)).toContain(5432);
  expect(policy.destinations.deny).toHaveLength(1);
});

test("raw sockets are allowed where some raw packet is, and packet sockets where every one is", () => {
  expect(toSocketRights(["github.test"])).toEqual({
    allowsRawSockets: false,
    allowsPacketSockets: false,
  });
  expect(toSocketRights(["192.0.2.1/icmp"])).toEqual({
    allowsRawSockets: true,
    allowsPacketSockets: false,
  });
  expect(toSocketRights(["*/raw"])).toEqual({ allowsRawSockets: true, allowsPacketSockets: true });
});

describe("a policy is told of", () => {
  test("by its entries as they are written, without what is built in", () => {
    const policy = create({
      allow: ["GitHub.test", "10.0.0.0/8:5432"],
      deny: ["bad.test"],
      sni: "verify",
    });

    expect(describePolicy(policy)).toEqual({
      unrestricted: false,
      allow: ["GitHub.test", "10.0.0.0/8:5432"],
      deny: ["bad.test"],
      moreAllowed: 0,
      moreDenied: 0,
      dns: "allowed-names",
      sni: "verify",
    });
  });

  test("as it is after it became stricter", () => {
    const policy = create({ allow: ["*.example.test"] });
    policy.tighten({ allowOnly: ["a.example.test"], deny: ["bad.test"] });

    expect(describePolicy(policy)).toMatchObject({
      allow: ["a.example.test:443/tcp"],
      deny: ["bad.test"],
    });
  });

  test("also where it says nothing of egress", () => {
    expect(describePolicy(create(undefined, "audit"))).toMatchObject({
      unrestricted: true,
      allow: [],
      dns: "any",
    });
    expect(describePolicy(create(undefined, "block"))).toMatchObject({
      unrestricted: false,
      allow: [],
      dns: "allowed-names",
    });
  });

  test("in a bounded number of words", () => {
    const allow = Array.from({ length: 10_000 }, (_, index) => `${index}.${"a".repeat(60)}.test`);
    const told = describePolicy(create({ allow }));

    expect(JSON.stringify(told).length).toBeLessThan(65_536);
    expect(told.allow.length + told.moreAllowed).toBe(allow.length);
  });
});

function create(egress: object | undefined, mode: "audit" | "block" = "block") {
  return createCurrentPolicy({
    policy: egress === undefined ? null : { egress: egressPolicySchema.parse(egress) },
    mode,
    builtIn: egress !== undefined && "allow" in egress ? [BUILT_IN] : [],
    hosts: parseHostsFile("10.0.0.9 db.test\n10.0.0.10 bad.test\n", {
      maxLength: 1_000,
      maxAddresses: 10,
      maxNamesPerAddress: 10,
    }),
    searchDomains: [],
  });
}

function toSocketRights(allow: readonly string[]) {
  const { allowsRawSockets, allowsPacketSockets } = create({ allow });
  return { allowsRawSockets, allowsPacketSockets };
}
