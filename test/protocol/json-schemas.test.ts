import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { generateSchemas } from "../../scripts/generate-schemas.ts";

const schemas = generateSchemas();

test.each(schemas)("$path is what the zod schemas say", ({ path, text }) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});

test.each(schemas)("$path names its dialect, itself and what it describes", ({ text }) => {
  expect(JSON.parse(text)).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: expect.stringMatching(/^urn:runner-guard:schema:(policy|event|report):1$/),
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
