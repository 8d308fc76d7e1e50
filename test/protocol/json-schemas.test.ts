import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { generateSchemas } from "../../scripts/generate-schemas.ts";

const schemas = generateSchemas();

test.each(schemas)("$path is what the zod schemas say", ({ path, text }) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});

test.each(schemas)("$path names its dialect, itself and what it describes", ({ text }) => {
  expect(JSON.parse(text)).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: expect.stringMatching(/^urn:runner-guard:schema:(policy|event|report|alert):1$/),
    title: expect.stringMatching(/^Runner Guard /),
  });
});

test("the policy's schema asks for the version alone and refuses keys that are not there", () => {
  const policy = schemas.find(({ path }) => path.includes("policy"));

  expect(JSON.parse(policy?.text ?? "{}")).toMatchObject({
    required: ["version"],
    additionalProperties: false,
  });
});

describe("another reader of JSON Schema takes the policy's", () => {
  const read = z.fromJSONSchema(JSON.parse(readFileSync("docs/schema/policy.schema.json", "utf8")));

  test.each([
    { version: 1 },
    { version: 1, egress: { allow: ["github.com"] }, rules: { miner: "off" } },
    own({ "destination.ip": ["10.0.0.0/8", "2001:db8::1"], "user.id": { above: 0 } }),
    own({ any: [{ not: { "process.name": "nc" } }, { all: [{ step: { glob: ["a*"] } }] }] }),
  ])("and what is right by it: %j", (policy) => {
    expect(read.safeParse(policy).success).toBe(true);
  });

  test.each([
    { version: 2 },
    { version: 1, egres: {} },
    own({ "destination.ip": "10.0.0.0/33" }),
    own({ any: [{ not: { "process.nam": "nc" } }] }),
    own({ "user.id": { above: "0" } }),
    own({ "user.id": { prefix: "1" } }),
  ])("and refuses what is wrong by it: %j", (policy) => {
    expect(read.safeParse(policy).success).toBe(false);
  });
});

test("what stands in the policy's schema in many places is there once", () => {
  const text = readFileSync("docs/schema/policy.schema.json", "utf8");

  expect(Object.keys(JSON.parse(text).$defs)).toContain("Condition");
  expect(text.match(/"contains": /g)).toHaveLength(1);
});

test("--check passes on what is checked in", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["scripts/generate-schemas.ts", "--check"],
    {
      encoding: "utf8",
    },
  );

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

function own(when: unknown) {
  return { version: 1, rules: { mine: { title: "Mine", on: "connection", when } } };
}
