import { describe, expect, test } from "vitest";

import { createBuiltInSets } from "../../../agent/egress/built-in-sets.ts";
import { createEgressRules, decideEgress } from "../../../agent/egress/decide.ts";
import { parseDestinationPattern } from "../../../agent/egress/destination-pattern.ts";
import { describeLockedOutHosts } from "../../../agent/egress/locked-out-hosts.ts";
import { describeUnresolvedHosts } from "../../../agent/egress/unresolved-hosts.ts";
import { defaultPolicy, policySchema } from "../../../protocol/index.ts";
import { SHARED_SUFFIXES } from "../../../protocol/shared-suffixes.ts";

const NO_SERVER = { server: undefined, api: undefined };
const sets = (server: string | undefined, api?: string) =>
  createBuiltInSets("github-actions", { server, api });
const withEgress = (egress: object) => policySchema.parse({ version: 1, egress });
const EMPTY = withEgress({ allow: [] });

const isAllowed = (host: string, port = 443, builtIn = sets("https://github.com")): boolean =>
  decideEgress(createEgressRules(EMPTY, builtIn), { transport: "tcp", port, domains: [host] })
    .allowed;

describe("what the GitHub Actions runner needs", () => {
  test.each([
    "github.com",
    "api.github.com",
    "codeload.github.com",
    "results-receiver.actions.githubusercontent.com",
    "pipelinesghubeus1.actions.githubusercontent.com",
    "token.actions.githubusercontent.com",
    "objects.githubusercontent.com",
    "productionresultssa0.blob.core.windows.net",
    "productionresultssa19.blob.core.windows.net",
  ])("%s is allowed on port 443", (host) => {
    expect(isAllowed(host)).toBe(true);
    expect(isAllowed(host, 80)).toBe(false);
    expect(isAllowed(host, 22)).toBe(false);
  });

  test.each([
    "productionresultssa20.blob.core.windows.net",
    "productionresultssa0evil.blob.core.windows.net",
    "evil.blob.core.windows.net",
    "githubusercontent.com",
    "raw.githubusercontent.com",
    "gist.github.com",
    "actions.githubusercontent.com.evil.example",
    "evilgithub.com",
    "ghcr.io",
  ])("%s is not", (host) => {
    expect(isAllowed(host)).toBe(false);
  });

  test("every destination is one that a policy could hold, and none is a wildcard over what anyone can have", () => {
    const [set] = sets("https://github.com");
    const patterns = (set?.destinations ?? []).map((text) => parseDestinationPattern(text));

    expect(patterns.length).toBeGreaterThan(20);
    expect(patterns.filter((parsed) => "problem" in parsed)).toEqual([]);
    const suffixes = patterns.flatMap((parsed) =>
      "value" in parsed && parsed.value.host.type === "suffix" ? [parsed.value.host.suffix] : [],
    );
    expect(suffixes.filter((suffix) => SHARED_SUFFIXES.includes(suffix))).toEqual([]);
  });

  test("it has a name, a day and a reason for each", () => {
    const [set] = sets(undefined);

    expect(set).toMatchObject({
      id: "github-actions-required",
      asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      reason: expect.stringMatching(/downloads of actions \(codeload\.github\.com\)/),
    });
    expect(set?.reason).toContain("productionresultssa0.blob.core.windows.net to productionres");
  });

  test("it is that list where no server is named, or none that can be understood", () => {
    const [expected] = sets("https://github.com", "https://api.github.com");

    for (const nonsense of [undefined, "", "github.com", "file:///etc/passwd", "https://", "::"]) {
      expect(sets(nonsense)).toEqual([expected]);
    }
  });

  test("other CI systems have none", () => {
    expect(createBuiltInSets("gitlab-ci", NO_SERVER)).toEqual([]);
    expect(createBuiltInSets(undefined, NO_SERVER)).toEqual([]);
  });
});

describe("a GitHub server of one's own", () => {
  test("is allowed with its API, and nothing of github.com is", () => {
    const [set] = sets("https://ghe.example", "https://ghe.example:8443/api/v3");

    expect(set?.destinations).toEqual(["ghe.example:443", "ghe.example:8443"]);
    expect(isAllowed("github.com", 443, set ? [set] : [])).toBe(false);
  });

  test("without TLS is allowed on its port", () => {
    expect(sets("http://ghe.example")[0]?.destinations).toEqual(["ghe.example:80"]);
  });

  test("in a region of GitHub's brings the names below it", () => {
    expect(sets("https://octo.ghe.com", "https://api.octo.ghe.com")[0]?.destinations).toEqual([
      "octo.ghe.com:443",
      "api.octo.ghe.com:443",
      "*.octo.ghe.com:443",
      "*.api.octo.ghe.com:443",
    ]);
  });

  test("cannot smuggle in a wildcard", () => {
    for (const url of ["https://*", "https://*.com", "https://[::]/", "https://0.0.0.0/"]) {
      const [set] = sets(url);
      const hosts = (set?.destinations ?? []).map((text) => parseDestinationPattern(text));

      expect(hosts.map((host) => "value" in host && host.value.host.type)).not.toContain("any");
      expect(isAllowed("evil.com", 443, set ? [set] : [])).toBe(false);
    }
  });
});

describe("a policy that locks the runner out", () => {
  const needed = sets(undefined);

  test("is told of with what to do, when the built-in set is off", () => {
    expect(describeLockedOutHosts(EMPTY, { needed, inForce: [] })).toMatch(
      /^policy keeps the CI runner itself from "github\.com:443", .+, and \d+ more: use --built-in auto, or add/,
    );
  });

  test("names only what is missing", () => {
    const allow = (needed[0]?.destinations ?? []).filter((host) => !host.startsWith("codeload"));

    expect(describeLockedOutHosts(withEgress({ allow }), { needed, inForce: [] })).toBe(
      'policy keeps the CI runner itself from "codeload.github.com:443": use --built-in auto, or add them to egress.allow',
    );
  });

  test("by deny is told of although the set is in force", () => {
    const policy = withEgress({ deny: ["github.com", "*.actions.githubusercontent.com"] });

    expect(describeLockedOutHosts(policy, { needed, inForce: needed })).toBe(
      'policy keeps the CI runner itself from "github.com:443", "*.actions.githubusercontent.com:443": take what denies them out of egress.deny',
    );
  });

  test("is none where the set is in force, everything is allowed, or nothing is judged", () => {
    expect(describeLockedOutHosts(EMPTY, { needed, inForce: needed })).toBeUndefined();
    expect(
      describeLockedOutHosts(withEgress({ allow: ["*"] }), { needed, inForce: [] }),
    ).toBeUndefined();
    expect(describeLockedOutHosts(defaultPolicy, { needed, inForce: [] })).toBeUndefined();
  });
});

describe("names that do not resolve", () => {
  test("none is nothing to say", () => {
    expect(describeUnresolvedHosts([])).toBeUndefined();
  });

  test("are named, a few of them, in visible text", () => {
    expect(describeUnresolvedHosts(["a.example", "b\n::x"])).toBe(
      "egress.allow has names that DNS does not know now: a.example, b\\n::x; check their spelling, and the resolvers",
    );
    expect(describeUnresolvedHosts(Array.from({ length: 9 }, (_, at) => `h${at}`))).toContain(
      "h5, and 3 more",
    );
  });
});
