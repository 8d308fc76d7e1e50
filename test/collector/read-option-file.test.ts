import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readAlertingFile } from "../../collector/alerting/alerting-file.ts";
import { readResponseFile } from "../../collector/response/response-file.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "option-file-"));
  path = join(folder, "file.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("all that is wrong with a file is told at once, each with its place and what to write", () => {
  write({
    sinks: { pager: { type: "pagerdutty" }, hook: { type: "webhook", secretFiles: "s" }, out: 1 },
    routes: [
      { match: { urgency: "pager", rul: "x" }, sinks: ["pagr"], groupWait: "5" },
      { match: { rule: "runner-memory-raed" }, sinks: "out", hours: { zone: "Mars" } },
    ],
    maintenanse: [],
  });

  const lines = readFault(readAlertingFile).split("\n  ");

  expect(lines[0]).toMatch(/^--alerting: .*file\.json: \d+ faults$/);
  expect(lines.slice(1).toSorted()).toEqual(
    [
      "maintenanse: is not known here, did you mean maintenance?",
      "routes[0].groupWait: no duration such as 30s, 5m, 4h or 1d",
      "routes[0].match.rul: is not known here, did you mean rule?",
      'routes[0].match.urgency: has to be one of page, ticket, and is "pager", did you mean page?',
      'routes[0].sinks: "pagr" is none of the sinks, did you mean pager?',
      "routes[1].hours.zone: no time zone such as Europe/Berlin or UTC",
      'routes[1].match.rule: there is no rule "runner-memory-raed", did you mean runner-memory-read? A policy\'s own rule of that name is written with a *',
      "routes[1].sinks: has to be a list",
      "sinks.hook.secretFiles: has to be a list",
      "sinks.out: has to be a JSON object",
      'sinks.pager.type: "pagerdutty" is none, did you mean pagerduty?',
    ].toSorted(),
  );
});

test("what holds no more than is told is no list", () => {
  writeFileSync(path, "[]");

  expect(readFault(readAlertingFile)).toBe(`--alerting: ${path}: the file has to be a JSON object`);
});

test("broken JSON is told of with its place", () => {
  writeFileSync(path, '{\n  "rules": [,]\n}');

  expect(readFault(readResponseFile)).toBe(
    `--response: ${path}: is no JSON: line 2, column 13: expected a value or ]`,
  );
});

test("a member that is there twice is refused with its place", () => {
  writeFileSync(path, '{"rules": [],\n "defaults": true,\n "rules": []}');

  expect(readFault(readResponseFile)).toBe(
    `--response: ${path}: line 3, column 2: "rules" is there twice: of both the last one alone would hold, so leave one of them out`,
  );
});

test("a file that is too large is not read", () => {
  writeFileSync(path, "é".repeat(600_000));

  expect(readFault(readResponseFile)).toContain("has more than 1048576 bytes");
});

test("a slip in a rule's id is refused, and a policy's own rule or a glob is not", () => {
  for (const id of [
    "our-own-rule",
    "runner-memory-raed*",
    "kill-limit",
    "miner",
    "operator-kill",
  ]) {
    writeRule(id);
    expect(readResponseFile(path).rules).toHaveLength(1);
  }
  writeRule("runner-memory-raed");
  expect(readFault(readResponseFile)).toContain(
    'rules[0].match.rule: there is no rule "runner-memory-raed", did you mean runner-memory-read?',
  );
});

test("a file that another one names is told of by the member that names it", () => {
  write({ github: [{ repositories: ["acme/*"], tokenFile: join(folder, "none") }] });

  expect(readFault(readResponseFile)).toBe(
    `--response: github[0].tokenFile: ${folder}/none: there is no such file`,
  );
});

test("all files that are not there are told of", () => {
  const github = ["one", "two"].map((name) => ({
    repositories: ["acme/*"],
    tokenFile: join(folder, name),
  }));
  write({ github });

  expect(readFault(readResponseFile)).toBe(
    [
      "2 things are wrong",
      `  --response: github[0].tokenFile: ${folder}/one: there is no such file`,
      `  --response: github[1].tokenFile: ${folder}/two: there is no such file`,
    ].join("\n"),
  );
});

function writeRule(rule: string): void {
  write({ rules: [{ match: { rule }, action: "kill-job" }] });
}

function write(file: object): void {
  writeFileSync(path, JSON.stringify(file));
}

function readFault(read: (path: string) => unknown): string {
  try {
    read(path);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "";
}
