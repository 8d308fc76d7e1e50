import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parsePolicy } from "../../../agent/policy/parse-policy.ts";
import { parsePlainPolicy } from "../../../agent/policy/plain-policy.ts";
import { RULE_IDS } from "../../../protocol/rule-ids.ts";

const ALLOWED = { version: 1, egress: { mode: "block", allow: ["github.com:443"] } };

test("a policy as the action writes it is read at once, with all that it leaves out", () => {
  const text = JSON.stringify({
    version: 1,
    egress: { mode: "block", allow: ["github.com:443", "10.20.0.0/16:5432", "*.example.com"] },
    files: { protect: [] },
    rules: { "source-overwrite": "off", "reverse-shell": { response: "kill-job" } },
    lockdown: { sudo: true, containers: false },
    "fail-on": ["violation"],
  });

  expect(parsePlainPolicy(text)).toEqual(parsePolicy(text, "policy.json").policy);
  expect(parsePlainPolicy('{"version":1}')).toEqual(parsePolicy("version: 1", "p").policy);
});

/** Now and then something else stands where this should. */
const mostly = <Value>(right: fc.Arbitrary<Value>) =>
  fc.oneof(
    { weight: 60, arbitrary: right },
    fc.constantFrom("block", "off", "", "x\\", 1, 0, -1, 1.5, 1_001, true, null),
    fc.constantFrom({ colour: "blue" }, [], [1], {}),
  );
const words = (...right: readonly string[]) => mostly(fc.constantFrom(...right));
const lists = (...right: readonly string[]) => mostly(fc.array(words(...right), { maxLength: 4 }));
const some = (model: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  mostly(fc.record(model, { requiredKeys: [] }));
const anything = fc.record(
  {
    version: mostly(fc.constant(1)),
    egress: some({
      mode: words("audit", "block"),
      allow: lists("a.example:443", "*.b.example", "10.0.0.0/8:22", "b.c.example", "[::1]:443"),
      deny: lists("*.c.example", "*.d.example"),
      dns: words("any"),
      sni: words("verify"),
      "on-guard-death": words("open"),
    }),
    files: some({ protect: lists("*.ts") }),
    rules: mostly(
      fc.dictionary(
        words(...RULE_IDS.slice(0, 9)).map(String),
        fc.oneof(
          words("off"),
          some({ severity: words("high"), response: words("kill-job", "kill-process") }),
        ),
        { maxKeys: 3 },
      ),
    ),
    responses: some({
      "never-kill": lists("/usr/sbin/sshd"),
      "max-kills-per-minute": mostly(fc.integer({ min: 0, max: 1_000 })),
    }),
    lockdown: some({ sudo: mostly(fc.boolean()), containers: mostly(fc.boolean()) }),
    secrets: some({ environment: lists("*TOKEN*") }),
    "fail-on": lists("violation", "degraded"),
  },
  { requiredKeys: ["version"] },
);

test("what is taken at once is taken as a whole reading takes it, without a word to say", () => {
  let taken = 0;
  fc.assert(
    fc.property(anything, (policy) => {
      const text = JSON.stringify(policy);
      const plain = parsePlainPolicy(text);
      if (plain === undefined) return;
      taken += 1;
      const { policy: whole, warnings } = parsePolicy(text, "p");
      expect({ policy: plain, warnings: [] }).toEqual({ policy: whole, warnings });
    }),
    { numRuns: 1_000 },
  );

  expect(taken).toBeGreaterThan(100);
});

describe("left to a whole reading is", () => {
  const own = { title: "A", on: "process", when: { "process.name": "x" } };
  const many = Array.from({ length: 5_000 }, (_, index) => `host-${index}.example`);
  test.each([
    ["YAML", "version: 1"],
    ["JSON in several lines", JSON.stringify(ALLOWED, null, 2)],
    ["a key that stands there twice", '{"version":1,"egress":{"mode":"block","mode":"audit"}}'],
    ["a key that no policy has", '{"version":1,"colour":"blue"}'],
    ["a key of JavaScript's", '{"version":1,"__proto__":{"egress":{}}}'],
    ["an escape", '{"version":1,"files":{"protect":["\\u0041"]}}'],
    ["a sign outside ASCII", '{"version":1,"files":{"protect":["é"]}}'],
    ["a text that ends early", '{"version":1,"files":{"protect":["a}'],
    ["another version", '{"version":2}'],
    ["no version", "{}"],
    [
      "a destination that matches nothing",
      '{"version":1,"egress":{"allow":["https://a.example"]}}',
    ],
    ["a warning", '{"version":1,"egress":{"allow":[]}}'],
    ["a rule that there is not", '{"version":1,"rules":{"no-such-rule":"off"}}'],
    ["a rule of the policy's own", JSON.stringify({ version: 1, rules: { mine: own } })],
    ["more than is quick", JSON.stringify({ version: 1, egress: { allow: many } })],
  ])("%s", (_, text) => {
    expect(parsePlainPolicy(text)).toBeUndefined();
  });
});

test("the shape is what its script writes from the schema as it stands", async () => {
  const { generatePolicyShape } = await import("../../../scripts/generate-policy-shape.ts");
  const written = readFileSync("agent/policy/policy-shape.ts", "utf8");

  expect(withoutLayout(written)).toBe(withoutLayout(generatePolicyShape()));
});

/** The formatter moves nothing but spaces, commas and quotes that a name does not need. */
function withoutLayout(text: string): string {
  return text.replaceAll(/[\s,;"]+/g, "");
}
