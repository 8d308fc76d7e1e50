import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { AgentError } from "../../../agent/errors.ts";
import { parsePolicy } from "../../../agent/policy/parse-policy.ts";
import { policySchema } from "../../../protocol/index.ts";

const DESIGNED = `version: 1
egress:
  mode: block                       # audit | block
  dns: allowed-names                # allowed-names | any
  allow:
    - github.com:443                # host:port; tcp unless /udp; port 443 when left out
    - "*.actions.githubusercontent.com"
    - 10.20.0.0/16:5432
    - "[2001:db8::]/32:443"
  deny:                             # known bad: blocked in audit mode too
    - "*.trycloudflare.com"
files:
  protect: ["**/.git/hooks/**", "**/.github/workflows/**"]
rules:
  runner-memory-read: { response: kill-process }
  reverse-shell: { severity: critical, response: kill-job }
  ai-cli-unattended: off
secrets:
  environment: ["*TOKEN*", "*SECRET*", "*PASSWORD*", "*_KEY"]
fail-on: [violation, degraded]
`;

describe("reads", () => {
  test("a policy with every section, where off is a word and no boolean", () => {
    const { policy } = parsePolicy(DESIGNED, "policy.yml");

    expect(policy).toMatchObject({
      egress: { mode: "block", allow: expect.arrayContaining(["[2001:db8::]/32:443"]) },
      rules: { "ai-cli-unattended": "off", "reverse-shell": { response: "kill-job" } },
      "fail-on": ["violation", "degraded"],
    });
  });

  test("the same policy as JSON, also indented with tabs", () => {
    const { policy } = parsePolicy(DESIGNED, "policy.yml");

    expect(parsePolicy(JSON.stringify(policy), "policy.json").policy).toEqual(policy);
    expect(parsePolicy(JSON.stringify(policy, null, "\t"), "policy.json").policy).toEqual(policy);
  });

  test("Windows line ends and a byte order mark", () => {
    const text = `\ufeff${DESIGNED.replaceAll("\n", "\r\n")}`;

    expect(parsePolicy(text, "policy.yml").policy).toEqual(
      parsePolicy(DESIGNED, "policy.yml").policy,
    );
  });

  test("block text that begins like a YAML sign", () => {
    const text =
      "version: 1\nfiles:\n  protect:\n    - |-\n      *.ts\n    - >-\n      %x\n    - '!y'\n";

    expect(parsePolicy(text, "p").policy.files.protect).toEqual(["*.ts", "%x", "!y"]);
  });

  test("a list that stands for another", () => {
    const text =
      "version: 1\negress: { allow: [&a a.example, b.example], deny: [*a, c.example, *a ] }\n";

    expect(parsePolicy(text, "p").policy.egress?.deny).toEqual([
      "a.example",
      "c.example",
      "a.example",
    ]);
  });

  test("any policy that the schema makes, written as JSON", () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 20, unit: "grapheme-ascii" }), {
      maxLength: 5,
    });
    const egress = fc.record({
      mode: fc.constantFrom("audit", "block"),
      allow: fc.array(fc.domain(), { maxLength: 5 }),
    });
    const input = fc.record(
      { version: fc.constant(1), egress, files: fc.record({ protect: words }) },
      { requiredKeys: ["version"] },
    );
    fc.assert(
      fc.property(input, (policy) => {
        expect(parsePolicy(JSON.stringify(policy), "p").policy).toEqual(policySchema.parse(policy));
      }),
    );
  });
});

describe("refuses, with place and advice,", () => {
  test.each([
    { text: "", says: "p:1:1: is empty: write version: 1" },
    { text: "# nothing\n", says: "p:1:1: is no policy: write version: 1 on the first line" },
    {
      text: "version: 1\nresponses: { max-kills-per-minute: -1 }",
      says: "responses.max-kills-per-minute must be at least 0, and is -1",
    },
    {
      text: "version: 1\nresponses: { max-kills-per-minute: 99999999 }",
      says: "responses.max-kills-per-minute must be at most 1000, and is 99999999",
    },
    { text: "just text", says: "p:1:1: is no policy" },
    { text: "- a\n- b", says: "p:1:1: is no policy" },
    { text: "egress: {}", says: "p:1:1: version is missing: write version: 1" },
    { text: "version: 2", says: "p:1:10: version must be 1, and is 2" },
    {
      text: "version: '1'",
      says: "p:1:10: version must be 1, and is a text: leave out the quotes",
    },
    {
      text: "version: 1\negres:\n  allow: []",
      says: 'p:2:1: "egres" is no key of a policy: did you mean egress?',
    },
    {
      text: "version: 1\nfail_on: [violation]",
      says: 'p:2:1: "fail_on" is no key of a policy: did you mean fail-on?',
    },
    { text: "version: 1\nFailOn: []", says: "did you mean fail-on?" },
    {
      text: "version: 1\nallow: [a.example]",
      says: 'p:2:1: "allow" is no key of a policy: it belongs under egress',
    },
    {
      text: "version: 1\negress:\n  rules: {}",
      says: 'p:3:3: "rules" is no key of egress: it belongs at the top level',
    },
    {
      text: "version: 1\nzzz: 1",
      says: "write one of version, egress, files, rules, responses, lockdown, secrets, fail-on",
    },
    { text: "version: 1\negress:", says: "p:2:8: egress is empty: write egress: {allow: []}" },
    {
      text: "version: 1\negress:\n  allow:",
      says: "egress.allow is empty: write allow: [], or remove the key",
    },
    {
      text: "version: 1\negress:\n  allow:\n    - a.example\n    -",
      says: "entry 2 of egress.allow is empty: write it, or remove its -",
    },
    { text: "version: 1\nfiles:", says: "p:2:7: files is empty: write it, or remove the key" },
    {
      text: "version: 1\negress: { mode: blok }",
      says: 'p:2:17: egress.mode must be one of audit, block, and is "blok", did you mean block?',
    },
    {
      text: "version: 1\negress:\n  allow: github.com",
      says: 'p:3:10: egress.allow must be a list, and is github.com: write ["github.com"]',
    },
    {
      text: "version: 1\negress:\n  allow:\n    - github.com: 443",
      says: "p:4:7: entry 1 of egress.allow must be a text, and is a mapping: leave out the space",
    },
    {
      text: "version: 1\negress:\n  allow:\n    - a.example\n    - 8080",
      says: "p:5:7: entry 2 of egress.allow must be a text, and is 8080, and a port needs a host: github.com:8080 or 10.0.0.0/8:8080",
    },
    {
      text: "version: 1\negress:\n  allow:\n    - *.github.com",
      says: 'p:4:7: needs quotes, because YAML takes what begins with * for an alias: write "*.github.com"',
    },
    { text: "version: 1\negress: { allow: [ *:443 ] }", says: 'write "*:443"' },
    {
      text: "version: 1\negress:\n  allow:\n    - [2001:db8::]/32:443",
      says: 'p:4:19: is not YAML: write "[2001:db8::]/32:443"',
    },
    {
      text: "version: 1\negress:\n  allow:\n    - [2001:db8::]",
      says: "p:4:7: entry 1 of egress.allow must be a text, and is a list",
    },
    {
      text: "version: 1\negress:\n  deny:\n    - https://x.example/a",
      says: 'p:4:7: egress.deny: "https://x.example/a": is a URL',
    },
    {
      text: `version: 1\negress: { allow: ["${"a".repeat(301)}"] }`,
      says: "p:2:19: entry 1 of egress.allow is too long: at most 300 characters",
    },
    {
      text: "version: 1\nrules: { reverse-shell: false }",
      says: "p:2:25: rules.reverse-shell must be off or { severity: …, response: … }, and is false: write off",
    },
    { text: "version: 1\nrules: { reverse-shell: of }", says: "did you mean off?" },
    {
      text: "version: 1\nrules: { reverse-shell: { sevrity: high } }",
      says: 'p:2:27: "sevrity" is no key of rules.reverse-shell: did you mean severity?',
    },
    {
      text: "version: 1\nrules: { reverse-shell: { response: kill-jobs } }",
      says: "did you mean kill-job?",
    },
    {
      text: "version: 1\nrules: { Reverse_Shell: off }",
      says: 'p:2:10: rules has "Reverse_Shell", which is no rule\'s id',
    },
    { text: "version: 1\nrules: { __proto__: off }", says: "p:2:10: has the key __proto__" },
    {
      text: "version: 1\nfail-on: violation",
      says: "p:2:10: fail-on must be a list of violation, degraded, finding-high, and is violation: write [violation]",
    },
    { text: "version: 1\nfail-on: voilation", says: "and is voilation: write [violation]" },
    { text: "version: 1\nfail-on: yes", says: "and is yes: write those that you want in [ and ]" },
    { text: "version: 1\nfail-on: [violations]", says: "did you mean violation?" },
    {
      text: "version: 1\negress: {}\negress: {}",
      says: 'p:3:1: has the key "egress" a second time',
    },
    { text: "version: 1\n---\nversion: 1\n", says: "p:2:1: has a second document" },
    { text: "%YAML 1.1\n---\nversion: 1\n", says: "p:1:1: has a YAML directive: remove this line" },
    { text: "version: !!int 1", says: 'p:1:10: has the YAML tag "!!int": remove it' },
    { text: "version: 1\n<<: { egress: {} }", says: "merge keys are not read" },
    { text: "version: 1\nx: }", says: "p:2:4: has } with nothing that it closes" },
    {
      text: "version: 1\negress: { allow: [a.example,, b.example] }",
      says: "p:2:29: has a comma with nothing before it",
    },
    {
      text: "version: 1\negress:\n\tallow: []",
      says: "p:3:1: is not YAML: Tabs are not allowed as indentation",
    },
    { text: "version: 1\n? [a]\n: b", says: "p:2:3: is not YAML" },
    { text: "version: 1\nfiles: \u0000", says: "p:2:8: has the control character \\x00 here" },
    { text: "version: 1\nfiles: \u001b[2J", says: "p:2:8: has the control character \\x1b here" },
    {
      text: "version: 1\negress: &a { allow: [*a] }",
      says: "p:2:22: entry 1 of egress.allow must be a text",
    },
  ])("$text", ({ text, says }) => {
    expect(refusalOf(text)).toContain(says);
  });

  test.each([
    {
      rule: "reverse-shell: { severity: hgih, response: report }",
      says: 'p:3:30: rules.reverse-shell.severity must be one of info, low, medium, high, critical, and is "hgih", did you mean high?',
    },
    {
      rule: "miner: { response: kill-jbo }",
      says: 'p:3:22: rules.miner.response must be one of report, kill-process, kill-job, quarantine-pod, kill-pod, and is "kill-jbo", did you mean kill-job?',
    },
    {
      rule: "raw-socket: { severity: 3 }",
      says: "p:3:27: rules.raw-socket.severity must be one of info, low, medium, high, critical, and is 3",
    },
    {
      rule: "revers-shell: { response: kill-job }",
      says: 'p:3:3: rules: there is no rule "revers-shell", did you mean reverse-shell?',
    },
    {
      rule: "Reverse_Shell: off",
      says: 'p:3:3: rules has "Reverse_Shell", which is no rule\'s id: ids are lower-case words joined by -, did you mean reverse-shell?',
    },
    {
      rule: "My_Rule: { title: Mine, severity: high, on: process, when: { process.name: nc } }",
      says: 'p:3:3: rules has "My_Rule", which is no rule\'s id: ids are lower-case words joined by -',
    },
    {
      rule: "no-netcat: { response: kill-job }",
      says: 'p:3:3: rules: there is no rule "no-netcat": docs/rules lists those there are, and one of your own has title, on and when too',
    },
    {
      rule: "miner: { level: high }",
      says: 'p:3:12: "level" is no key of rules.miner: write one of severity, response',
    },
    {
      rule: "miner: { title: Mine }",
      says: "p:3:3: rules.miner is a built-in rule, whose conditions are its own: give yours another id",
    },
  ])("one problem of $rule, and nothing else", ({ rule, says }) => {
    expect(refusalOf(`version: 1\nrules:\n  ${rule}\n`)).toBe(says);
  });

  test("every problem at once, in the order of the file", () => {
    const text = "version: 1\nfiles: []\negress: { mode: x, alow: [], deny: 1 }\n";

    expect(
      refusalOf(text)
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(["p:2:8:", "p:3:17:", "p:3:20:", "p:3:36:"]);
  });

  test("a wrong entry beside what has the wrong shape, and each place once", () => {
    const long = "a".repeat(301);
    const text = `version: 1\negress:\n  mode: x\n  allow:\n    - a.example/x/y\n    - ${long}\n`;

    expect(
      refusalOf(text)
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(["p:3:9:", "p:5:7:", "p:6:7:"]);
  });

  test("the first ten problems and the number of the others", () => {
    const entries = Array.from({ length: 25 }, (_, n) => `    - host-${n}.example/path/x`);
    const lines = refusalOf(["version: 1", "egress:", "  allow:", ...entries].join("\n")).split(
      "\n",
    );

    expect(lines).toHaveLength(11);
    expect(lines[9]).toContain("p:13:7:");
    expect(lines[10]).toBe("p: and 15 more problems");
  });
});

describe("warns of", () => {
  test.each([
    {
      text: "egress: {}",
      says: "p:2:9: warning: nothing is allowed, because egress.allow is empty",
    },
    { text: "egress: { allow: [] }", says: "p:2:18: warning: nothing is allowed" },
    {
      text: 'egress: { allow: ["*"] }',
      says: 'p:2:19: warning: egress.allow: "*" covers every host on port 443 over tcp',
    },
    { text: 'egress: { allow: ["*.s3.amazonaws.com"] }', says: "that anyone can register" },
    { text: 'egress: { allow: ["*.co.uk"] }', says: "every name registered under co.uk" },
    { text: "egress: { allow: [gіthub.com] }", says: "is compared as xn--gthub-n2e.com" },
    {
      text: "egress: { allow: [a.example, GitHub.com], deny: [github.com.] }",
      says: 'p:2:30: warning: egress.allow: "GitHub.com" stands in egress.deny too',
    },
    {
      text: "egress: { allow: [a.example], deny: [Evil.NET.] }",
      says: 'p:2:38: warning: egress.deny: "evil.net" does not cover names below it: add "*.evil.net"',
    },
    {
      text: "egress: { allow: [a.example], deny: [evil.co.uk, '*.other.co.uk'] }",
      says: 'add "*.evil.co.uk"',
    },
  ])("$text", ({ text, says }) => {
    const { warnings } = parsePolicy(`version: 1\n${text}\n`, "p");

    expect(warnings.map(({ message }) => message).join("\n")).toContain(says);
  });

  test.each(["quarantine-pod", "kill-pod"])("a response that needs a collector: %s", (response) => {
    const text = `version: 1\nrules:\n  reverse-shell: { response: ${response} }\n`;

    expect(parsePolicy(text, "p").warnings.map(({ message }) => message)).toEqual([
      `p:3:30: warning: rules.reverse-shell: ${response} is a collector's to do, and none does it yet: write kill-job, as the guard does until then`,
    ]);
  });

  test("a rule that a collector decides, which nothing here does", () => {
    const text = "version: 1\nrules: { new-destination: { severity: high }, new-process: off }\n";

    expect(parsePolicy(text, "p").warnings.map(({ message }) => message)).toEqual([
      "p:2:10: warning: rules.new-destination is for a collector, which does not read this file: it changes nothing",
    ]);
  });

  test("nothing where rules are switched off or answered by what the guard does itself", () => {
    const text =
      "version: 1\nrules: { ai-cli-unattended: off, reverse-shell: { response: kill-job } }\n";

    expect(parsePolicy(text, "p").warnings).toEqual([]);
  });

  test.each([
    "[evil.net, '*.evil.net']",
    "['*.evil.net:443', evil.net]",
    "[evil.net, '*.net']",
    "[evil.net, '*']",
    "[cdn.evil.net, www.evil.co.uk, localhost, 192.0.2.1, co.uk, db]",
  ])("nothing below a denied name in deny: %s", (deny) => {
    const text = `version: 1\negress: { allow: [a.example], deny: ${deny} }\n`;

    expect(parsePolicy(text, "p").warnings).toEqual([]);
  });

  test("nothing in a policy that says what it means", () => {
    const text =
      'version: 1\negress: { mode: block, dns: any, allow: [192.0.2.7, github.com, "*.example.org"], deny: ["*.ngrok.io"] }\n';

    expect(parsePolicy(text, "p").warnings).toEqual([]);
  });

  test("fifty places at most, with the number of the others", () => {
    const entries = Array.from({ length: 60 }, () => "    - 0.0.0.0/1");
    const { warnings } = parsePolicy(
      ["version: 1", "egress:", "  allow:", ...entries].join("\n"),
      "p",
    );

    expect(warnings).toHaveLength(51);
    expect(warnings[49]).toMatchObject({ line: 53, column: 7 });
    expect(warnings.at(-1)?.message).toBe("p: warning: and 10 more");
  });
});

describe("messages are inert", () => {
  test.each([
    { text: 'version: 1\n"a\\nb\\e[31m": 1', source: "p" },
    { text: 'version: 1\negress: { mode: "x\\n::set-output name=a::b" }', source: "p" },
    { text: 'version: 1\negress: { allow: ["##[error]x\u202ey"] }', source: "p" },
    { text: "version: 2", source: "::error::x\n::stop-commands::y\u001b[2J" },
  ])("$text from $source", ({ text, source }) => {
    const message = refusalOf(text, source);

    expect(message).not.toMatch(/^::|\n::|##\[|[\p{Cc}\p{Cf}]/u);
    expect(message.split("\n")).toHaveLength(1);
  });
});

test("random text is read or refused, and nothing else happens", () => {
  const signs = " \n\t:-*&[]{},?\"'|>#%!\\".split("");
  const words = ["version: 1\n", "egress:", "allow", "  ", "- ", "&a", "*a", "<<", "off", "---\n"];
  const piece = fc.constantFrom("a.example", "null", ...signs, ...words);
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.array(piece, { maxLength: 30 }).map((parts) => parts.join("")),
    fc.array(piece, { maxLength: 30 }).map((parts) => `version: 1\n${parts.join("")}`),
    fc.json(),
  );
  fc.assert(
    fc.property(text, (written) => {
      expect(outcomeOf(written)).toMatch(/^(read|policy-invalid)$/);
    }),
    { numRuns: 2_000 },
  );
});

function refusalOf(text: string, source = "p"): string {
  try {
    parsePolicy(text, source);
  } catch (error) {
    if (error instanceof AgentError && error.code === "policy-invalid") return error.message;
    throw error;
  }
  throw new Error("the policy was accepted");
}

function outcomeOf(text: string): string {
  try {
    parsePolicy(text, "p");
    return "read";
  } catch (error) {
    return error instanceof AgentError ? error.code : `threw ${String(error)}`;
  }
}
