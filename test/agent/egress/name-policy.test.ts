import { describe, expect, test } from "vitest";

import { createEgressRules } from "../../../agent/egress/decide.ts";
import { createNamePolicy, type NamePolicyOptions } from "../../../agent/egress/name-policy.ts";
import { egressPolicySchema } from "../../../protocol/index.ts";

const ALLOW = ["github.com:443", "*.example.com:8000-8100", "postgres:5432", "db.example.net:5432"];
const DENY = ["*.trycloudflare.com", "secret.example.com:8050", "bad.example.com"];

describe("in block mode, of a name that", () => {
  test.each([
    ["is listed", "github.com", true, "allowed", "egress.allow: github.com:443"],
    [
      "a wildcard covers",
      "a.b.example.com",
      true,
      "allowed",
      "egress.allow: *.example.com:8000-8100",
    ],
    ["is not listed", "evil.test", false, "blocked", "default"],
    ["ends like a listed one", "evilgithub.com", false, "blocked", "default"],
    ["begins like a listed one", "github.com.evil.test", false, "blocked", "default"],
    ["is what a wildcard hangs from", "example.com", false, "blocked", "default"],
    ["is denied", "x.trycloudflare.com", false, "blocked", "egress.deny: *.trycloudflare.com"],
    ["is allowed and denied", "bad.example.com", false, "blocked", "egress.deny: bad.example.com"],
    [
      "names a service of a listed one",
      "_pg._tcp.db.example.net",
      true,
      "allowed",
      "egress.allow: db.example.net:5432",
    ],
    [
      "is a listed short one in a search domain",
      "postgres.ns.svc.cluster.local",
      true,
      "allowed",
      "egress.allow: postgres:5432",
    ],
    [
      "is a listed long one in a search domain",
      "github.com.ns.svc.cluster.local",
      false,
      "allowed",
      "search-domain",
    ],
    [
      "is an unlisted one in a search domain",
      "evil.ns.svc.cluster.local",
      false,
      "blocked",
      "default",
    ],
    ["asks for an address's name", "1.0.0.10.in-addr.arpa", false, "allowed", "reverse-lookup"],
  ])("%s: %s", (_, name, isAnswered, verdict, rule) => {
    expect(policy().decide(name)).toEqual({ isAnswered, verdict, rule });
  });
});

test("dns: any answers every name but a denied one, and opens only listed ones", () => {
  const names = policy({ dns: "any" });

  expect(names.decide("evil.test")).toEqual({
    isAnswered: true,
    verdict: "allowed",
    rule: "egress.dns: any",
  });
  expect(names.decide("x.trycloudflare.com").isAnswered).toBe(false);
  expect(names.openingsFor("evil.test")).toEqual([]);
});

test("in audit mode everything is answered", () => {
  const names = policy({ mode: "audit" });

  expect(names.decide("evil.test")).toEqual({
    isAnswered: true,
    verdict: "would-block",
    rule: "default",
  });
  expect(names.decide("x.trycloudflare.com")).toMatchObject({
    isAnswered: true,
    verdict: "would-block",
  });
});

test("without an egress section everything is answered", () => {
  const names = createNamePolicy({ rules: {}, mode: "audit", dns: "any", searchDomains: [] });

  expect(names.decide("evil.test")).toEqual({
    isAnswered: true,
    verdict: "allowed",
    rule: "no-policy",
  });
});

describe("what a name opens", () => {
  test("are the ports of its entry", () => {
    expect(policy().openingsFor("github.com")).toEqual([
      { transport: "tcp", ports: { from: 443, to: 443 } },
    ]);
  });

  test("are the ports that no entry denies", () => {
    expect(policy().openingsFor("secret.example.com")).toEqual([
      { transport: "tcp", ports: { from: 8000, to: 8049 } },
      { transport: "tcp", ports: { from: 8051, to: 8100 } },
    ]);
  });

  test("is nothing for a denied one", () => {
    expect(policy().openingsFor("bad.example.com")).toEqual([]);
  });

  test("is nothing by an entry for every host, which the packet filter knows itself", () => {
    expect(policy({ allow: ["*:443"] }).openingsFor("github.com")).toEqual([]);
  });
});

function policy({
  allow = ALLOW,
  ...options
}: Partial<Pick<NamePolicyOptions, "mode" | "dns">> & { allow?: string[] } = {}) {
  const egress = egressPolicySchema.parse({ allow, deny: DENY });
  return createNamePolicy({
    rules: createEgressRules({ egress }),
    mode: "block",
    dns: "allowed-names",
    searchDomains: ["ns.svc.cluster.local", "svc.cluster.local"],
    ...options,
  });
}

test("what several names open has the same ports or none in common", () => {
  const names = policy({
    allow: ["*.range.test:9000-9100", "one.range.test:9050-9200", "one.range.test:9060"],
  });
  const ports = names
    .openingsFor("one.range.test")
    .map(({ ports: { from, to } }) => `${from}-${to}`);

  expect(ports.toSorted()).toEqual(
    ["9000-9049", "9050-9059", "9060-9060", "9061-9100", "9101-9200"].toSorted(),
  );
  expect(
    names.openingsFor("two.range.test").map(({ ports: { from, to } }) => `${from}-${to}`),
  ).toEqual(["9000-9049", "9050-9059", "9060-9060", "9061-9100"]);
});
