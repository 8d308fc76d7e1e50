import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

import { describe, expect, test } from "vitest";

import { importWorkflow } from "../../../../agent/policy/import/import-workflow.ts";
import { parsePolicy } from "../../../../agent/policy/parse-policy.ts";

const FIXTURES = "test/fixtures/workflows";
const USES = "step-security/harden-runner@v2";

interface Expected {
  readonly file: string;
  /** By job; "" is a composite action. */
  readonly policies: Readonly<Record<string, string>>;
  readonly remarks?: readonly string[];
  readonly hasLosses?: boolean;
}

const EXPECTED: readonly Expected[] = [
  {
    file: "harden-runner/audit-everywhere.yml",
    policies: { lint: "everything", test: "everything" },
  },
  {
    file: "harden-runner/folded-list.yml",
    policies: {
      build:
        "block sudo: api.github.com:443 github.com:443 nodejs.org:443 objects.githubusercontent.com:443 registry.npmjs.org:443",
    },
  },
  {
    file: "harden-runner/literal-list-wildcards.yml",
    policies: {
      image:
        "block: auth.docker.io:443 *.blob.core.windows.net:443 *.data.mcr.microsoft.com:443 deb.debian.org:80 ghcr.io:443 mcr.microsoft.com:443 pkg-containers.githubusercontent.com:443 production.cloudflare.docker.com:443 registry-1.docker.io:443 security.debian.org:80",
    },
  },
  {
    file: "harden-runner/sudo-and-containers.yml",
    policies: {
      unit: "block sudo containers: github.com:443 proxy.golang.org:443 sum.golang.org:443 storage.googleapis.com:443",
    },
    remarks: ["10:30: job unit: disable-telemetry has no meaning here"],
  },
  {
    file: "harden-runner/default-block.yml",
    policies: { pages: "block unwatched: github.com:443 pypi.org:443 files.pythonhosted.org:443" },
  },
  {
    file: "harden-runner/matrix-and-conditions.yml",
    policies: { production: "block: nothing", mirror: "audit: github.com:443" },
    remarks: [
      "9:9: job production: has an if",
      '14:30: job production: "${{ secrets.PRODUCTION_ENDPOINTS }}" is left out',
      "15:9: job production: a second guard in the same job",
      "29:26: job mirror: egress-policy is the expression",
      '32:13: job mirror: "${{ matrix.registry }}:5000" is left out: it is an expression',
      '33:13: job mirror: "${{ env.EXTRA }}" is left out',
    ],
    hasLosses: true,
  },
  {
    file: "harden-runner/policy-store.yml",
    policies: { "by-name": "everything", "by-store": "everything" },
    remarks: [
      "11:19: job by-name: policy names a policy that StepSecurity keeps",
      "18:29: job by-store: use-policy-store takes the policy from StepSecurity",
      "19:20: job by-store: api-key",
      "21:18: job by-store: token has no meaning here",
      "22:37: job by-store: deploy-on-self-hosted-vm has no meaning here",
    ],
    hasLosses: true,
  },
  {
    file: "harden-runner/mistakes.yml",
    policies: {
      build:
        "audit: registry.npmjs.org:443 hosted-compute-*.githubapp.com:443 10.0.0.0/8:5432 github.com:22",
    },
    remarks: [
      '9:26: job build: egress-policy must be audit or block, and is "blok": audit is taken instead, did you mean block?',
      '10:25: job build: disable-sudo must be true or false, and is "yes": false is taken instead',
      '11:29: job build: "allowed-endpoint" is no input of harden-runner, which ignores it: did you mean allowed-endpoints?',
      "13:13: job build: # begins no comment inside of a text",
      '15:13: job build: "https://pypi.org/simple" is left out: is a URL, and connections are judged by host and port: write pypi.org:443',
      '16:13: job build: "github.com:https" is left out: ports are numbers',
      '17:13: job build: "files.pythonhosted.org:443," is left out',
      "21:25: job build: exempt-files has no counterpart",
    ],
    hasLosses: true,
  },
  {
    file: "harden-runner/anchors.yml",
    policies: {
      first: "block: github.com:443 crates.io:443 static.crates.io:443 index.crates.io:443",
      second: "block: github.com:443 crates.io:443 static.crates.io:443 index.crates.io:443",
      third: "audit: github.com:443 crates.io:443 static.crates.io:443 index.crates.io:443",
    },
  },
  {
    file: "harden-runner/composite-action.yml",
    policies: {
      "": "audit sudo: api.github.com:443 github.com:443 github.com:22 maven.example.com:8443 [2001:db8::17]:443 192.0.2.14:9000",
    },
    remarks: ["12:24: composite action: egress-policy is the expression"],
    hasLosses: true,
  },
  { file: "bullfrog/default-audit.yml", policies: { test: "everything" } },
  { file: "bullfrog/block-everything.yml", policies: { offline: "block sudo: nothing" } },
  {
    file: "bullfrog/domains.yml",
    policies: { pull: "block: *.docker.com:* docker.io:* *.docker.io:* registry.npmjs.org:*" },
    remarks: ["10:28: job pull: allowed-domains allows every port, as bullfrog does"],
  },
  {
    file: "bullfrog/addresses-any-dns.yml",
    policies: {
      deploy: "block any-dns: 192.0.2.4:* 10.0.0.0/24:*",
      "old-inputs": "block any-dns: example.com:*",
    },
    remarks: [
      "12:33: job deploy: collect-process-info has no meaning here",
      "13:22: job deploy: api-token has no meaning here",
      "14:24: job deploy: allowed-ips allows every port",
      "25:28: job old-inputs: allowed-domains allows every port",
    ],
  },
  {
    file: "bullfrog/mistakes.yml",
    policies: { build: "audit: api-*.example.com:* crates.io:*" },
    remarks: [
      '9:26: job build: egress-policy must be audit or block, and is "Block"',
      "10:23: job build: dns-policy must be allowed-domains-only or any",
      "11:28: job build: allowed-domains allows every port",
      '12:13: job build: "github.com:443" is left out: bullfrog takes names without',
      '13:13: job build: "https://pypi.org" is left out',
      '15:13: job build: "${{ vars.MIRROR }}" is left out: it is an expression',
      '17:24: job build: "2001:db8::1" is left out: bullfrog takes IPv4',
      '18:30: job build: "allowed-endpoints" is no input of bullfrog',
    ],
    hasLosses: true,
  },
];

test.each(EXPECTED)(
  "$file becomes a policy for each job, and says with line and column what is not in it",
  ({ file, policies, remarks = [], hasLosses = false }) => {
    const path = `${FIXTURES}/${file}`;
    const found = read(readFileSync(path, "utf8"), path);

    expect(
      Object.fromEntries(found.policies.map(({ job, text }) => [job ?? "", sum(text)])),
    ).toEqual(policies);
    expect(
      found.remarks.map((remark, index) => remark.slice(0, atMost(path, remarks[index]))),
    ).toEqual(remarks.map((remark) => `${path}:${remark}`));
    expect(found.hasLosses).toBe(hasLosses);
  },
);

/** What the action is tried with. */
const JOBS = globSync(`${FIXTURES}/harden-runner-jobs/*.yml`);
/** Takes its policy from elsewhere, or has an expression in it. */
const WITH_LOSSES = ["policy-store.yml", "self-hosted.yml"];

test("there are workflows to import", () => {
  expect(JOBS.length).toBeGreaterThan(5);
});

test.each(JOBS)("%s becomes a policy that is right, with each of its endpoints", (path) => {
  const text = readFileSync(path, "utf8");
  const { policies, hasLosses } = read(text, path);
  const endpoints = text.match(/(?<=^ {10,}|allowed-endpoints: )\S+:\d+(?=\s*$)/gm) ?? [];
  const written = policies.map((policy) => sum(policy.text)).join(" ");

  expect(policies.length).toBeGreaterThan(0);
  expect(endpoints.filter((one) => !one.includes("$") && !written.includes(one))).toEqual([]);
  expect(hasLosses).toBe(WITH_LOSSES.includes(basename(path)));
});

describe("what costs too much is refused", () => {
  test.each([
    {
      what: "aliases of aliases",
      text: `a: &a [x, x]\n${Array.from({ length: 12 }, (_, index) => {
        const [name, before] = ["bcdefghijklm".charAt(index), "abcdefghijkl".charAt(index)];
        return `${name}: &${name} [*${before}, *${before}, *${before}, *${before}]\n`;
      }).join("")}`,
      says: "wf.yml:1:1: has YAML aliases that stand for too much: write it out",
    },
    {
      what: "ten megabytes",
      text: "#".repeat(10_000_000),
      says: "wf.yml:1:1: is longer than 1 MiB",
    },
    {
      what: "deep lists",
      text: `jobs: ${"[".repeat(5_000)}`,
      says: "wf.yml:1:39: is nested too deep here: a workflow has a dozen levels",
    },
    {
      what: "many words",
      text: `jobs: [${"x,".repeat(400_000)}]`,
      says: "wf.yml:1:100004: is too long: a workflow may have 150000 words and marks",
    },
    {
      what: "many anchors",
      text: Array.from({ length: 100 }, (_, index) => `- &a${index} x\n`).join(""),
      says: "has more than 64 YAML anchors",
    },
    { what: "no YAML", text: "jobs:\n  a: [", says: "wf.yml:2:7: is not YAML" },
    { what: "a key twice", text: "jobs: {}\njobs: {}\n", says: 'wf.yml:2:1: has the key "jobs"' },
  ])("$what", ({ text, says }) => {
    const found = importWorkflow(text, "wf.yml");

    expect("refusal" in found && found.refusal).toContain(says);
  });
});

test("steps that aliases multiply are looked at up to a number, and what is beyond is told", () => {
  const steps = `steps: &s\n${"      - run: x\n".repeat(1_500)}`;
  const others = Array.from({ length: 60 }, (_, index) => `  j${index}:\n    steps: *s\n`).join("");
  const last = `  last: { steps: [{ uses: ${USES} }] }\n`;

  expect(read(`jobs:\n  first:\n    ${steps}${others}${last}`)).toEqual({
    policies: [],
    remarks: ["wf.yml:1529:12: has more than 20000 steps: from here on none is read"],
    hasLosses: true,
  });
});

test("a list of openings of expressions takes time in proportion to its length", () => {
  const text = workflow(`{ egress-policy: block, allowed-endpoints: "${"${{".repeat(200_000)}" }`);
  const before = process.cpuUsage().user;

  expect(sum(read(text).policies[0]?.text ?? "")).toBe("block: nothing");
  expect(process.cpuUsage(undefined).user - before).toBeLessThan(20_000_000);
});

test.each(["step-security/harden-runner@v2", "bullfrogsec/bullfrog@v0"])(
  "a list of %s of which nothing can be taken over is none in audit mode, and stands in a comment",
  (uses) => {
    const list = uses.startsWith("bullfrog") ? "allowed-domains" : "allowed-endpoints";
    const inputs = `{ egress-policy: audit, ${list}: "\${{ vars.LIST }}" }`;
    const found = read(`jobs: { build: { steps: [{ uses: ${uses}, with: ${inputs} }] } }\n`);
    const [policy] = found.policies;

    expect(sum(policy?.text ?? "")).toBe("everything");
    expect(policy?.text).toContain("# Left out:\n    # - ${{ vars.LIST }} (line 1)\n");
    expect(found.hasLosses).toBe(true);
  },
);

test("an expression with spaces in it is one word, and so is one that never ends", () => {
  const found = read(
    workflow('{ allowed-endpoints: "${{ env.A }}.example.com:443 b.org:443 ${{ c" }'),
  );

  expect(sum(found.policies[0]?.text ?? "")).toBe("block: b.org:443 c");
  expect(found.remarks.map((it) => it.replace(/^.*job build: /, ""))).toEqual([
    '"${{ env.A }}.example.com:443" is left out: it is an expression, whose value this file does not tell',
    expect.stringContaining('"${{" is left out'),
  ]);
});

test("names, versions and words of whoever wrote the workflow do nothing in messages and policies", () => {
  const evil = String.raw`x\n::error::y\e[31m\u202e`;
  const text = `jobs:\n  "${evil}":\n    steps:\n      - uses: "step-security/harden-runner@${evil}\\nversion: 2"\n        with: { allowed-endpoints: "\\u202e::set-output", "${evil}": 1 }\n`;
  const { policies, remarks } = read(text, "::warning::\n.yml");
  const [policy] = policies;

  expect(sum(policy?.text ?? "")).toBe("block: nothing");
  expect([...remarks, ...(policy?.text.split("\n") ?? [])].join("|")).not.toMatch(
    /[\p{Cc}\p{Cf}]/u,
  );
  expect(remarks.filter((line) => line.startsWith("::"))).toEqual([]);
});

test("names that every object has are jobs as others are", () => {
  const text = `jobs:\n  constructor: { steps: [{ uses: ${USES} }] }\n  toString: { steps: [{ uses: ${USES} }] }\n`;

  expect(read(text).policies.map(({ job }) => job)).toEqual(["constructor", "toString"]);
});

test("what is no workflow has no policies", () => {
  for (const text of [
    "",
    "[]",
    "5",
    "jobs: 5",
    "jobs: { a: { steps: {} } }",
    "jobs: { a: null }",
  ]) {
    expect(read(text)).toEqual({ policies: [], remarks: [], hasLosses: false });
  }
});

test("an input that is a list is told, since GitHub refuses it", () => {
  expect(read(workflow("{ allowed-endpoints: [a.org:443] }"))).toMatchObject({
    remarks: [expect.stringContaining("allowed-endpoints is a list or a mapping")],
    hasLosses: true,
  });
});

function workflow(inputs: string): string {
  return `jobs:\n  build:\n    steps:\n      - uses: ${USES}\n        with: ${inputs}\n`;
}

function read(text: string, source = "wf.yml") {
  const found = importWorkflow(text, source);
  if ("refusal" in found) throw new Error(found.refusal);
  return found;
}

function atMost(path: string, remark: string | undefined): number {
  return path.length + 1 + (remark?.length ?? 0);
}

/** What the guard makes of the written policy. */
function sum(text: string): string {
  const { policy } = parsePolicy(text, "policy.yml");
  const { egress, lockdown } = policy;
  if (egress === undefined) return "everything";
  const words = [
    egress.mode,
    ...(egress.dns === "any" ? ["any-dns"] : []),
    ...(lockdown.sudo ? ["sudo"] : []),
    ...(lockdown.containers ? ["containers"] : []),
    ...(policy.files.protect.length === 0 ? ["unwatched"] : []),
  ];
  return `${words.join(" ")}: ${egress.allow.length === 0 ? "nothing" : egress.allow.join(" ")}`;
}
