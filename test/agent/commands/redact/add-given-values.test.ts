import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { addGivenValues } from "../../../../agent/commands/redact/add-given-values.ts";
import type { AddedValue } from "../../../../agent/redact/redaction.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "given-values-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Given {
  readonly patterns?: readonly string[];
  readonly files?: readonly string[];
  readonly environment?: readonly (string | Buffer)[];
}

/** Everything that was added, and said. */
function add(given: Given, answer: AddedValue = "added") {
  const values: [string, string | undefined][] = [];
  const warnings: string[] = [];
  const redaction = {
    addValue(value: string | Uint8Array, source?: string): AddedValue {
      values.push([Buffer.from(value).toString("latin1"), source]);
      return answer;
    },
  };
  addGivenValues(redaction, {
    patterns: given.patterns ?? [],
    files: given.files ?? [],
    environment: (given.environment ?? []).map((entry) => Buffer.from(entry)),
    warn: (message) => void warnings.push(message),
  });
  return { values, warnings };
}

test("variables that a pattern names are added, those of shells' odd names too", () => {
  const environment = ["A_TOKEN=one", "a_token=two", "INPUT_MY-TOKEN=t=hree", "TOKENS=four", "B="];

  expect(add({ patterns: ["*TOKEN"], environment })).toEqual({
    values: [
      ["one", "A_TOKEN"],
      ["two", "a_token"],
      ["t=hree", "INPUT_MY-TOKEN"],
    ],
    warnings: [],
  });
});

test("a value is added byte for byte", () => {
  const environment = [Buffer.from("KEY=\xff\xfe\x80=", "latin1")];

  expect(add({ patterns: ["KEY"], environment }).values).toEqual([["\xff\xfe\x80=", "KEY"]]);
});

test("what is secret in a document of secrets is added by itself", () => {
  const environment = ['ACCOUNT={"type":"service_account","private":"in the document"}'];
  const { values } = add({ patterns: ["ACCOUNT"], environment });

  expect(values).toContainEqual(["in the document", "ACCOUNT"]);
});

test("an entry without a value, and a variable that is empty, add nothing", () => {
  const environment = ["A_TOKEN=", "B_TOKEN", "=TOKEN=x"];

  expect(add({ patterns: ["?_TOKEN"], environment })).toEqual({ values: [], warnings: [] });
});

test("many refusals are a few lines and a number", () => {
  const path = join(directory, "secrets");
  writeFileSync(path, "a\n".repeat(5_000));
  const { warnings } = add({ files: [path] }, "too-short");

  expect(warnings).toHaveLength(11);
  expect(warnings[0]).toBe(`${path}:1 is too short to be masked`);
  expect(warnings.at(-1)).toBe("4990 more values are not masked");
});

test.each([
  ["too-short", "NAME is too short to be masked"],
  ["too-common", "NAME is what any log holds, and is not masked"],
  ["too-many", "NAME is one value too many, and is not masked"],
] as const)("a value that is %s is named by its source", (answer, warning) => {
  expect(add({ patterns: ["NAME"], environment: ["NAME=x"] }, answer).warnings).toEqual([warning]);
});

test("a value that is known already is no warning", () => {
  expect(add({ patterns: ["NAME"], environment: ["NAME=x"] }, "known").warnings).toEqual([]);
});
