import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parsePolicy } from "../../../agent/policy/parse-policy.ts";
import { createEgressReplay } from "../../../agent/policy/replay/replay-egress.ts";
import { suggestPolicy } from "../../../agent/policy/suggest/suggest-policy.ts";
import type { Report } from "../../../protocol/report.ts";
import {
  connectionTo,
  findingOf,
  madeReport,
  processOf,
  questionFor,
  type Connection,
} from "./made-report.ts";

function suggest(...reports: readonly Partial<Report>[]): string {
  return suggestPolicy({
    reports: reports.map((parts, index) => ({ path: `r${index}.json`, report: madeReport(parts) })),
    mode: "audit",
  });
}

function allowFor(...destinations: readonly string[]): readonly string[] {
  const text = suggest({ connections: destinations.map((one) => connectionTo(one)) });
  return parsePolicy(text, "p").policy.egress?.allow ?? [];
}

describe("an entry", () => {
  test.each([
    { to: "registry.npmjs.org", entry: "registry.npmjs.org" },
    { to: "Registry.NPMJS.org", entry: "registry.npmjs.org" },
    { to: "github.com:22", entry: "github.com:22" },
    { to: "ntp.example.com:123/udp", entry: "ntp.example.com:123/udp" },
    { to: "192.0.2.7:5432", entry: "192.0.2.7:5432" },
    { to: "[2001:db8::1]:443", entry: "[2001:db8::1]" },
    { to: "192.0.2.7/icmp", entry: "192.0.2.7/icmp" },
  ])("for $to is $entry", ({ to, entry }) => {
    expect(allowFor(to)).toEqual([entry]);
  });

  test("needs none for what never leaves the machine", () => {
    const own = connectionTo("172.17.0.1:5000", { rule: "loopback" });

    expect(allowFor("127.0.0.1:8080", "[::1]:8080")).toEqual([]);
    expect(suggest({ connections: [own] })).not.toContain("172.17.0.1");
  });

  test("is by name where DNS gave the address for one, and by address otherwise", () => {
    const text = suggest({
      connections: [connectionTo("198.51.100.9"), connectionTo("198.51.100.10")],
      dnsQueries: [questionFor("cdn.example.com", { answers: ["198.51.100.9"] })],
    });

    expect(text).toContain('- "cdn.example.com" #');
    expect(text).toMatch(/# Addresses, where no name was known:\n {4}- "198\.51\.100\.10" #/);
    expect(text).not.toContain("198.51.100.9");
  });

  test("is there for a name that was asked for alone, and says that its port is a guess", () => {
    const asked = suggest({ dnsQueries: [questionFor("a.example.com")] });
    const connected = suggest({
      dnsQueries: [questionFor("a.example.com")],
      connections: [connectionTo("a.example.com:8443")],
    });

    expect(asked).toMatch(/- "a\.example\.com" # .*the port is a guess/);
    expect(parsePolicy(connected, "p").policy.egress?.allow).toEqual(["a.example.com:8443"]);
  });

  test("is a comment alone for a name that nobody has", () => {
    const text = suggest({ dnsQueries: [questionFor("a.example.corp", { answers: [] })] });

    expect(text).toContain("allow: []");
    expect(text).toMatch(/# Left out:\n {4}# - "a\.example\.corp" # asked for, never connected to/);
  });

  test.each([
    { name: "has an address of the other family", answers: ["192.0.2.1"], connections: [] },
    { name: "was connected to", answers: [], connections: [connectionTo("a.example.com:8443")] },
  ])("has no such comment for a name that $name", ({ answers, connections }) => {
    const text = suggest({
      connections,
      dnsQueries: [
        questionFor("a.example.com", { answers }),
        questionFor("a.example.com", { type: "AAAA", answers: [] }),
        questionFor("a.example.com.corp.example", { answers: [] }),
      ],
    });

    expect(text).toContain('- "a.example.com');
    expect(text).not.toContain("Left out");
  });

  test("is a wildcard still where a name below it had no answer", () => {
    const text = suggest({
      connections: [connectionTo("mirror1.dl.example.com"), connectionTo("mirror2.dl.example.com")],
      dnsQueries: [questionFor("mirror3.dl.example.com", { answers: [] })],
    });

    expect(text).toContain('- "*.dl.example.com"');
  });

  test("says which program of which step needs it, the one that needs it most first", () => {
    const text = suggest({
      processes: [
        processOf("/usr/bin/node", { step: { step: "install" } }),
        processOf("/usr/bin/curl", { id: "11-1", pid: 11 }),
      ],
      connections: [
        connectionTo("a.example.com", { processId: "11-1" }),
        connectionTo("a.example.com", { count: 5 }),
      ],
    });

    expect(text).toContain('    - "a.example.com" # node (step install), curl\n');
  });

  test("keeps hostile text on its line", () => {
    const text = suggest({
      processes: [
        processOf("/tmp/a\n    - '*'\r\u2028\u0085::error::x", {
          step: { step: "b\n  mode: audit\n##[error]x" },
        }),
      ],
      connections: [connectionTo("a.example.com")],
    });

    expect(parsePolicy(text, "p").policy.egress).toMatchObject({ allow: ["a.example.com"] });
    expect(text).toMatch(/# a\\n {4}- '\*'\\r\\u2028\\x85::error::x \(step b\\n/);
    expect(text).not.toContain("##[");
  });
});

describe("names that rotate", () => {
  test.each([
    {
      what: "numbered hosts",
      names: ["mirror1.pkg.example.com", "mirror27.pkg.example.com"],
      entry: "*.pkg.example.com",
    },
    {
      what: "regions",
      names: ["ec2.us-east-1.api.example.com", "ec2.eu-west-3.api.example.com"],
      entry: "*.api.example.com",
    },
    { what: "one hash", names: ["9f86d081884c.dl.example.com"], entry: "*.dl.example.com" },
  ])("$what become a wildcard", ({ names, entry }) => {
    expect(allowFor(...names)).toEqual([entry]);
  });

  test("take in what their wildcard covers anyway", () => {
    expect(
      allowFor("m1.pkg.example.com", "m2.pkg.example.com", "www.pkg.example.com", "x.example.com"),
    ).toEqual(["*.pkg.example.com", "x.example.com"]);
  });

  test.each([
    {
      what: "a suffix that everybody shares",
      names: [
        "productionresultssa18.blob.core.windows.net",
        "productionresultssa19.blob.core.windows.net",
      ],
    },
    { what: "a public suffix", names: ["host1.co.uk", "host2.co.uk"] },
    { what: "a top-level domain", names: ["host1.com", "host2.com"] },
    { what: "what lies above shared ones", names: ["x1.amazonaws.com", "x2.amazonaws.com"] },
  ])("stay apart below $what", ({ names }) => {
    expect(allowFor(...names)).toEqual(names);
  });

  test("stay apart where they are not of a kind, or only one was seen", () => {
    expect(allowFor("db1.example.com")).toEqual(["db1.example.com"]);
    expect(allowFor("db1.example.com", "web2.example.com:8443")).toHaveLength(2);
    expect(allowFor("9f86d081884c.example.com")).toEqual(["9f86d081884c.example.com"]);
  });

  test("stay apart where the wildcard would let through what was refused", () => {
    const text = suggest({
      connections: [
        connectionTo("m1.pkg.example.com"),
        connectionTo("m2.pkg.example.com"),
        connectionTo("evil.pkg.example.com", { verdict: "blocked", rule: "default" }),
      ],
    });

    expect(parsePolicy(text, "p").policy.egress?.allow).toEqual([
      "m1.pkg.example.com",
      "m2.pkg.example.com",
    ]);
  });
});

describe("left out, and named in a comment", () => {
  const denied = { verdict: "blocked", rule: 'egress.deny: "*.evil.example"' } as const;

  test("is what a run was refused, unless another run did it", () => {
    const refused = { connections: [connectionTo("a.example.com", { verdict: "blocked" })] };

    expect(suggest(refused)).toMatch(/# - "a\.example\.com" # it was refused in that run/);
    expect(suggest(refused, { connections: [connectionTo("a.example.com")] })).toMatch(
      /^ {4}- "a\.example\.com"/m,
    );
  });

  test("is what a policy denied, whoever else did it", () => {
    const text = suggest(
      { connections: [connectionTo("x.evil.example", denied)] },
      { connections: [connectionTo("x.evil.example")] },
    );

    expect(text).toMatch(/# - "x\.evil\.example" # the policy of that run denies it/);
    expect(parsePolicy(text, "p").policy.egress?.allow).toEqual([]);
  });

  test("is what a grave finding speaks of", () => {
    const text = suggest({
      connections: [connectionTo("paste.example.com"), connectionTo("a.example.com")],
      findings: [
        findingOf("known-bad-destination", { evidence: { domain: "paste.example.com" } }),
        findingOf("new-destination", { severity: "low", evidence: { domain: "a.example.com" } }),
      ],
    });

    expect(text).toContain('# - "paste.example.com" # rule known-bad-destination flagged it');
    expect(parsePolicy(text, "p").policy.egress?.allow).toEqual(["a.example.com"]);
  });

  test("is what no entry can allow", () => {
    const packet = connectionTo("192.0.2.1", {
      network: { transport: "packet", family: "packet" },
      destination: {},
    });

    expect(suggest({ connections: [packet] })).toContain("no entry can allow it");
  });
});

test("the mode is the one that was asked for, and is explained", () => {
  const text = suggestPolicy({ reports: [], mode: "block" });

  expect(parsePolicy(text, "p").policy.egress?.mode).toBe("block");
  expect(text).toMatch(/# Refuses all that is not listed.*\n {2}mode: block\n/);
});

test("more destinations than a policy should list are refused with what to do", () => {
  const connections = Array.from({ length: 6_000 }, (_, n) =>
    connectionTo(`198.51.${n >> 8}.${n & 255}:9000`),
  );

  expect(() => suggest({ connections })).toThrow(/6000 destinations.*give reports of fewer jobs/);
});

const name = fc
  .array(
    fc.oneof(
      fc.constantFrom("a", "m1", "m2", "us-east-1", "9f86d081884c"),
      fc.stringMatching(/^[a-z0-9-]{1,8}$/),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .chain((labels) =>
    fc
      .constantFrom("example.com", "blob.core.windows.net", "co.uk", "com", "pkg.example.org")
      .map((suffix) => [...labels, suffix].join(".")),
  );
const host = fc.oneof(
  name,
  fc.ipV4(),
  fc.ipV6().map((ip) => `[${ip}]`),
);
const connection: fc.Arbitrary<Connection> = fc
  .tuple(host, fc.constantFrom(443, 22, 8080, 53), fc.constantFrom("tcp", "udp", "icmp"))
  .map(([to, port, transport]) => connectionTo(`${to}:${port}/${transport}`));

test("whatever the reports did, the policy is good, allows all of it, and is the same in any order", () => {
  const report = fc.record({
    connections: fc.array(connection, { maxLength: 12 }),
    dnsQueries: fc.array(
      name.map((one) => questionFor(one, { answers: ["192.0.2.1"] })),
      {
        maxLength: 4,
      },
    ),
  });

  fc.assert(
    fc.property(fc.array(report, { minLength: 1, maxLength: 3 }), (reports) => {
      const text = suggest(...reports);
      const { policy, warnings } = parsePolicy(text, "p");
      const refused = reports.flatMap((parts) => {
        const replay = createEgressReplay(policy, madeReport(parts));
        return [
          ...parts.connections.filter((one) => !replay.connection(one).allowed),
          ...parts.dnsQueries.filter((one) => !replay.question(one).allowed),
        ];
      });

      expect(refused).toEqual([]);
      expect(warnings.filter(({ message }) => !message.includes("nothing is allowed"))).toEqual([]);
      expect(
        suggest(
          ...reports.map((parts) => ({ ...parts, connections: parts.connections.toReversed() })),
        ),
      ).toBe(text);
    }),
    { numRuns: 60 },
  );
});
