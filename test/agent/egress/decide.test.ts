import { describe, expect, test } from "vitest";

import { createEgressRules, decideEgress, toVerdict } from "../../../agent/egress/decide.ts";
import type { Destination } from "../../../agent/egress/decide.ts";
import { AgentError } from "../../../agent/errors.ts";
import { defaultPolicy, policySchema } from "../../../protocol/index.ts";

describe("names", () => {
  test.each([
    { allow: "github.com", name: "github.com", allowed: true },
    { allow: "GitHub.com.", name: "gitHUB.com.", allowed: true },
    { allow: "github.com", name: "github.com.evil.tld", allowed: false },
    { allow: "github.com", name: "evilgithub.com", allowed: false },
    { allow: "github.com", name: "api.github.com", allowed: false },
    { allow: "github.com", name: "github.co", allowed: false },
    { allow: "github.com", name: "github-com", allowed: false },
    { allow: "github.com", name: "gіthub.com", allowed: false },
    { allow: "github.com", name: "xn--gthub-n2e.com", allowed: false },
    { allow: "gіthub.com", name: "xn--gthub-n2e.com", allowed: true },
    { allow: "github.com", name: "github.com\u0000.evil.tld", allowed: false },
    { allow: "github.com", name: "github.com..", allowed: false },
    { allow: "github.com", name: "ｇithub.com", allowed: true },
    { allow: "*.github.com", name: "api.github.com", allowed: true },
    { allow: "*.github.com", name: "a.b.c.github.com", allowed: true },
    { allow: "*.github.com", name: "github.com", allowed: false },
    { allow: "*.github.com", name: "evilgithub.com", allowed: false },
    { allow: "*.github.com", name: "api.github.com.evil.tld", allowed: false },
    { allow: "*.github.com", name: ".github.com", allowed: false },
    { allow: "build-*.example.com", name: "build-7.example.com", allowed: true },
    { allow: "build-*.example.com", name: "build-.example.com", allowed: true },
    { allow: "build-*.example.com", name: "build.example.com", allowed: false },
    { allow: "build-*.example.com", name: "build-7.evil.example.com", allowed: false },
    { allow: "build-*.example.com", name: "x.build-7.example.com", allowed: false },
    { allow: "build-*.example.com", name: "build-7.example.com.evil.tld", allowed: false },
    { allow: "ab*ba.example.com", name: "aba.example.com", allowed: false },
    { allow: "*-cdn.example.com", name: "eu-cdn.example.com", allowed: true },
    { allow: "*.com", name: "github.com", allowed: true },
    { allow: "_x.example.com", name: "_x.example.com", allowed: true },
    { allow: "*.example.com", name: "_dmarc.example.com", allowed: true },
    { allow: "192.0.2.1", name: "192.0.2.1.evil.tld", allowed: false },
    { allow: "*", name: "anything.example", allowed: true },
  ])("$allow allows $name: $allowed", ({ allow, name, allowed }) => {
    expect(decide([allow], { port: 443, domains: [name] }).allowed).toBe(allowed);
  });

  test("one allowed name of several is enough", () => {
    const decision = decide(["github.com"], { port: 443, domains: ["x.example", "github.com"] });

    expect(decision).toEqual({ allowed: true, rule: "egress.allow: github.com" });
  });

  test("one denied name of several is enough", () => {
    const decision = decide(["*"], { port: 443, domains: ["x.example", "a.evil.tld"] }, [
      "*.evil.tld",
    ]);

    expect(decision).toEqual({ allowed: false, rule: "egress.deny: *.evil.tld" });
  });
});

describe("addresses", () => {
  test.each([
    { allow: "10.20.0.0/16", ip: "10.20.255.255", allowed: true },
    { allow: "10.20.0.0/16", ip: "10.21.0.0", allowed: false },
    { allow: "10.20.0.0/16", ip: "10.19.255.255", allowed: false },
    { allow: "10.20.0.0/16", ip: "::ffff:10.20.0.1", allowed: true },
    { allow: "10.20.0.0/16", ip: "::ffff:0a14:0001", allowed: true },
    { allow: "[::ffff:10.20.0.0]/112", ip: "10.20.3.4", allowed: true },
    { allow: "[2001:db8::]/32", ip: "2001:DB8:ffff::1", allowed: true },
    { allow: "[2001:db8::]/32", ip: "2001:db9::1", allowed: false },
    { allow: "[2001:db8::1]", ip: "2001:0db8:0:0:0:0:0:1", allowed: true },
    { allow: "[fe80::1]", ip: "fe80::1%eth0", allowed: true },
    { allow: "[::]/0", ip: "192.0.2.1", allowed: false },
    { allow: "0.0.0.0/0", ip: "2001:db8::1", allowed: false },
    { allow: "0.0.0.0/0", ip: "169.254.169.254", allowed: true },
    { allow: "github.com", ip: "169.254.169.254", allowed: false },
    { allow: "github.com", ip: "fd00:ec2::254", allowed: false },
    { allow: "*", ip: "no address", allowed: true },
    { allow: "0.0.0.0/0", ip: "no address", allowed: false },
  ])("$allow allows $ip: $allowed", ({ allow, ip, allowed }) => {
    expect(decide([allow], { port: 443, ip }).allowed).toBe(allowed);
  });

  test("a narrow block that covers another port leaves the wide one around it in force", () => {
    const allow = ["10.0.0.0/8:22", "10.1.0.0/16:80", "10.1.2.0/24:81", "10.1.2.0/24:82"];

    expect(decide(allow, { port: 22, ip: "10.1.2.3" }).rule).toBe("egress.allow: 10.0.0.0/8:22");
    expect(decide(allow, { port: 82, ip: "10.1.2.3" }).rule).toBe("egress.allow: 10.1.2.0/24:82");
    expect(decide(allow, { port: 80, ip: "10.1.9.9" }).rule).toBe("egress.allow: 10.1.0.0/16:80");
    expect(decide(allow, { port: 80, ip: "10.2.0.1" }).rule).toBe("default");
  });
});

describe("ports and transports", () => {
  test.each([
    { allow: "a.example", transport: "tcp", port: 443, allowed: true },
    { allow: "a.example", transport: "tcp", port: 80, allowed: false },
    { allow: "a.example", transport: "udp", port: 443, allowed: false },
    { allow: "a.example:443", transport: "udp", port: 443, allowed: false },
    { allow: "a.example/udp", transport: "udp", port: 443, allowed: true },
    { allow: "a.example/udp", transport: "tcp", port: 443, allowed: false },
    { allow: "a.example:*", transport: "tcp", port: 22, allowed: true },
    { allow: "a.example:*", transport: "tcp", port: undefined, allowed: true },
    { allow: "a.example:443", transport: "tcp", port: undefined, allowed: false },
    { allow: "a.example:80-90", transport: "tcp", port: 90, allowed: true },
    { allow: "a.example:80-90", transport: "tcp", port: 91, allowed: false },
    { allow: "a.example:*", transport: "icmp", port: undefined, allowed: false },
    { allow: "a.example:*", transport: "raw", port: undefined, allowed: false },
    { allow: "a.example/icmp", transport: "icmp", port: undefined, allowed: true },
    { allow: "a.example/icmp", transport: "raw", port: undefined, allowed: false },
    { allow: "a.example/raw", transport: "raw", port: 0, allowed: true },
    { allow: "*:*", transport: "packet", port: undefined, allowed: false },
    { allow: "*:*", transport: "other", port: 443, allowed: false },
  ] as const)("$allow allows $transport $port: $allowed", ({ allow, transport, port, allowed }) => {
    expect(decide([allow], { transport, port, domains: ["a.example"] }).allowed).toBe(allowed);
  });

  test.each([
    { deny: "a.example", transport: "udp", port: 443, allowed: false },
    { deny: "a.example", transport: "icmp", port: undefined, allowed: false },
    { deny: "a.example", transport: "tcp", port: 8080, allowed: false },
    { deny: "a.example:443", transport: "udp", port: 443, allowed: false },
    { deny: "a.example:443", transport: "tcp", port: 80, allowed: true },
    { deny: "a.example/udp", transport: "tcp", port: 443, allowed: true },
  ] as const)(
    "deny $deny leaves $transport $port: $allowed",
    ({ deny, transport, port, allowed }) => {
      const allow = ["*:*", "*:*/udp", "*/icmp"];
      const destination = { transport, port, domains: ["a.example"] };

      expect(decide(allow, destination, [deny]).allowed).toBe(allowed);
    },
  );
});

describe("what never leaves the machine", () => {
  test.each([
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "0.0.0.0",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:0.0.0.0",
  ])("%s is loopback", (ip) => {
    expect(decide([], { ip, port: 1 })).toEqual({ allowed: true, rule: "loopback" });
  });

  test.each(["127.0.0.1", "0.0.0.0", "::ffff:127.0.0.1"])("%s can be denied", (ip) => {
    const decision = decide([], { ip, port: 5000 }, ["127.0.0.0/8:5000"]);

    expect(decision).toEqual({ allowed: false, rule: "egress.deny: 127.0.0.0/8:5000" });
  });

  test("a name that claims to be localhost does not make an address local", () => {
    expect(decide([], { ip: "192.0.2.1", port: 443, domains: ["localhost"] }).allowed).toBe(false);
  });

  test("a Unix socket is allowed", () => {
    expect(decide([], { transport: "unix" })).toEqual({ allowed: true, rule: "unix-socket" });
  });
});

test("without an egress section everything is allowed", () => {
  const rules = createEgressRules(defaultPolicy);
  const destination = { transport: "packet", domains: [] } as const;

  expect(decideEgress(rules, destination)).toEqual({ allowed: true, rule: "no-policy" });
});

test("what nothing covers is not allowed by default", () => {
  expect(decide([], { ip: "192.0.2.1", port: 443 })).toEqual({ allowed: false, rule: "default" });
});

test("the rule is the line as policy has it", () => {
  const { rule } = decide(["GitHub.com:443"], { port: 443, domains: ["github.com"] });

  expect(rule).toBe("egress.allow: GitHub.com:443");
});

test.each([
  { allowed: true, enforcing: true, verdict: "allowed" },
  { allowed: true, enforcing: false, verdict: "allowed" },
  { allowed: false, enforcing: true, verdict: "blocked" },
  { allowed: false, enforcing: false, verdict: "would-block" },
])("allowed $allowed, enforcing $enforcing: $verdict", ({ allowed, enforcing, verdict }) => {
  expect(toVerdict({ allowed, rule: "default" }, enforcing)).toBe(verdict);
});

test("an entry that could never match is refused here too", () => {
  expect(() => decide(["https://github.com"], {})).toThrow(AgentError);
});

function decide(
  allow: readonly string[],
  destination: Partial<Destination>,
  deny: readonly string[] = [],
) {
  const rules = createEgressRules(policySchema.parse({ version: 1, egress: { allow, deny } }));
  return decideEgress(rules, { transport: "tcp", domains: [], ...destination });
}
