import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runPolicyCheck } from "../../../agent/commands/policy-check.ts";
import { runPolicySuggest } from "../../../agent/commands/policy-suggest.ts";

const SAMPLE = "test/fixtures/reports/sample-run.json";
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "policy-suggest-"));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

test("what it writes passes policy check without a warning", () => {
  const output = join(directory, "policy.yml");
  const suggested = suggest([SAMPLE], output);
  const said = { stdout: "", stderr: "" };
  const status = runPolicyCheck(output, toOutput(said));

  expect(suggested).toMatchObject({ status: 0, stdout: "" });
  expect(suggested.stderr).toBe(`${output}: mode audit, 3 allow\n`);
  expect({ status, stderr: said.stderr }).toEqual({ status: 0, stderr: "" });
});

test("without --output it goes to standard output, the same for the same reports", () => {
  const { stdout } = suggest([SAMPLE, SAMPLE]);

  expect(stdout).toContain('    - "registry.npmjs.org" # node\n');
  expect(suggest([SAMPLE, SAMPLE]).stdout).toBe(stdout);
});

test("a file that is there is left as it is", () => {
  const output = join(directory, "mine.yml");
  writeFileSync(output, "version: 1\n");

  expect(() => suggest([SAMPLE], output)).toThrow(/mine\.yml is there already: give another name/);
  expect(readFileSync(output, "utf8")).toBe("version: 1\n");
});

test("where nothing can be written is said with what to do", () => {
  const output = join(directory, "no/such/folder/policy.yml");

  expect(() => suggest([SAMPLE], output)).toThrow(
    `--output: cannot write ${output}: there is no directory ${join(directory, "no/such/folder")}; make it first, or give another path`,
  );
});

describe("a report that is none is refused with its name and what to do", () => {
  test.each([
    { what: "is not there", text: undefined, says: "does not exist: check the path" },
    { what: "is empty", text: "", says: "is empty: make a new one" },
    { what: "is text", text: "PASS\n", says: "is no JSON, and a report is what --report wrote" },
    { what: "is cut off", text: '{"version":1,"run":{', says: "is no JSON" },
    { what: "is other JSON", text: '{"name":"x"}', says: "is JSON and no report" },
    { what: "is a list", text: "[]", says: "is JSON and no report" },
    {
      what: "is of a later version",
      text: '{"version":2,"run":{}}',
      says: "is a report of version 2, and this guard reads 1",
    },
    {
      what: "lacks what reports have now",
      text: '{"version":1,"run":{"id":"x"}}',
      says: "is not as this guard writes reports (at run.startedAt), older perhaps: make a new one",
    },
  ])("$what", ({ text, says }) => {
    const path = join(directory, "given.json");
    rmSync(path, { force: true });
    if (text !== undefined) writeFileSync(path, text);
    const output = join(directory, "none.yml");

    expect(() => suggest([SAMPLE, path], output)).toThrow(`Report ${path} ${says}`);
    expect(existsSync(output)).toBe(false);
  });

  test("is a directory", () => {
    const path = join(directory, "folder");
    mkdirSync(path);

    expect(() => suggest([path])).toThrow(`Report ${path} is a directory, and a report is a file.`);
  });

  test("never ends", () => {
    expect(() => suggest(["/dev/zero"])).toThrow("/dev/zero is a device");
  });
});

function suggest(paths: readonly string[], output?: string) {
  const said = { stdout: "", stderr: "" };
  const flags = { mode: "audit" as const, ...(output === undefined ? {} : { output }) };
  const status = runPolicySuggest(paths, flags, toOutput(said));
  return { status, ...said };
}

function toOutput(said: { stdout: string; stderr: string }) {
  return {
    stdout: { write: (text: string) => (said.stdout += text) },
    stderr: { write: (text: string) => (said.stderr += text) },
  };
}
