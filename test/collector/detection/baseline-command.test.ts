import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { afterEach, beforeEach, expect, test } from "vitest";

import { describeListed } from "../../../collector/command-line/describe-baseline.ts";
import { USUAL_DETECTION, toModelSettings } from "../../../collector/detection/detection-file.ts";
import { createBaseline } from "../../../collector/detection/model/baseline.ts";
import { learn } from "../../../collector/detection/model/learn.ts";
import { createRunProfile } from "../../../collector/detection/model/run-profile.ts";
import { toContent } from "../../../collector/detection/pack-baseline.ts";
import {
  exportBaselines,
  importBaselines,
  listBaselines,
} from "../../../collector/maintenance/keep-baselines.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import { COMPILE_CACHE } from "../../support/compile-cache.ts";
import { connects, startsProgram } from "../support/played-job.ts";

const COMMAND = join(import.meta.dirname, "../../../bin/runner-guard-collector");
const SETTINGS = toModelSettings(USUAL_DETECTION);
const HOSTILE = "build\u001b[2J\n::warning::";

let from: string;
let to: string;

beforeEach(() => {
  from = mkdtempSync(join(tmpdir(), "collector-"));
  to = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  for (const directory of [from, to]) rmSync(directory, { recursive: true, force: true });
});

test("baselines are shown, carried to another collector once, and reset", async () => {
  await keepBaseline(from, "build");
  await openEmpty(to);
  const shown = run(["show", "1", "--data-dir", from]);
  const exported = run(["export", "--data-dir", from]);
  const imported = run(["import", "-", "--data-dir", to], exported.stdout);
  const again = run(["import", "-", "--data-dir", to], exported.stdout);
  const reset = run(["reset", "1", "--data-dir", from]);

  expect(shown.stdout).toContain("learning: of too few runs: nothing is judged by it yet\n");
  expect(shown.stdout).toContain("  npm -> registry.npmjs.org 443/tcp, in 1 of 1 runs\n");
  expect(imported.stderr).toContain("imported 1 baseline\n");
  expect(again.stderr).toContain(
    "imported 0 baselines; kept 1 baseline of here, learned from as many runs or more\n",
  );
  expect(run(["show", "1", "--data-dir", to]).stdout).toBe(shown.stdout);
  expect(reset.stdout).toMatch(/^1 {2}learning {2}0 runs {2}/);
});

test("where no collector was started yet that is said, and what to do", () => {
  for (const args of [["show"], ["import", "-"]]) {
    const { stderr } = run([...args, "--data-dir", to], "");
    expect(stderr).toContain(
      `${to}: no collector has kept anything there yet; start it once with this --data-dir\n`,
    );
    expect(stderr).not.toContain("bug");
  }
});

test("a baseline of a repository that is vouched for is taken by its id, whatever it is called", async () => {
  await keepBaseline(from, "build");
  await openEmpty(to);
  const [record] = exportBaselines(from, []);
  const key = '["default","https://ci","id:7","ci","build"]';
  const chunks = Readable.from([
    Buffer.from(JSON.stringify({ ...record, key, repository: "acme/new" })),
  ]);
  await importBaselines(to, chunks, { replaces: false, settings: SETTINGS });

  expect(listBaselines(to, {})).toMatchObject([{ key, repository: "acme/new" }]);
});

test("what another collector has learned is told as a change, by whom and how it differs", async () => {
  await keepBaseline(from, "build");
  await openEmpty(to);
  const lines = [...exportBaselines(from, [])].map((record) => `${JSON.stringify(record)}\n`);
  for (const replaces of [false, true]) {
    const chunks = Readable.from([Buffer.from(lines.join(""))]);
    await importBaselines(to, chunks, { replaces, settings: SETTINGS });
  }
  await using store = await openSqliteEventStore({ directory: to, onFault() {}, onEnd() {} });
  const { items } = store.listChanges(1, { after: undefined, limit: 9 });
  const by = { role: "command-line", owner: null, reason: null };

  expect(items).toMatchObject([
    { kind: "imported", runs: 1, by, added: { counts: { destination: 0, process: 0 } } },
    { kind: "imported", runs: 1, by, added: { counts: { destination: 1, process: 1 }, named: [] } },
  ]);
});

test("a file that cannot be read is no bug", async () => {
  await openEmpty(to);

  const { status, stderr } = run(["import", from, "--data-dir", to]);
  expect(stderr).toContain(`${from}: cannot be read: EISDIR`);
  expect(status).toBe(2);
});

test("a file that is missing is told of alone, also where there is nothing to import it into", async () => {
  const nowhere = run(["import", "nope", "--data-dir", to]);
  await openEmpty(to);
  const missing = run(["import", "nope", "--data-dir", to]);

  const said = nowhere.stderr.trimEnd().split("\n");
  expect([nowhere.status, said]).toEqual([
    69,
    [expect.stringContaining(`${to}: no collector has kept anything there yet`)],
  ]);
  expect([missing.status, missing.stderr]).toEqual([
    2,
    "runner-guard-collector: nope: there is no such file\n",
  ]);
});

test("what a job is called moves no terminal", async () => {
  await keepBaseline(from, HOSTILE);

  expect(listBaselines(from, {}).map(describeListed).join("")).toBe(
    "1  learning  1 runs  acme/app  ci  build\\u{1b}[2J\\n::warning::  (default)\n",
  );
});

const RECORD = {
  record: "baseline",
  version: 1,
  tenant: "default",
  key: '["default",null,"acme/app","ci","build"]',
  repository: "acme/app",
  workflow: "ci",
  job: "build",
  baseline: {},
};
const keyOf = (...parts: readonly (string | null)[]) => ({ key: JSON.stringify(parts) });

test.each([
  ["no JSON", "{", "it is no JSON: column 2: expected a member's name in \" or }"],
  ["no record", "[]", "it has to be a JSON object"],
  ["a member that is missing", { job: undefined }, "job: is missing"],
  ["a member that is not known", { jobs: "build" }, "jobs: is not known here, did you mean job?"],
  ["another version", { version: 2 }, "version: has to be 1"],
  ["no key", { key: "default" }, "key: is none of a baseline"],
  [
    "a key that no run has, as it is written",
    { key: RECORD.key.replace(",", ", ") },
    "key: is none of a baseline",
  ],
  ["another tenant's key", { tenant: "bank" }, "key: is none of this tenant"],
  ["another repository's key", { repository: "acme/other" }, "key: is none of this repository"],
  [
    "the key of a repository by its id, for which nobody vouches",
    keyOf("default", null, "id:7", "ci", "build"),
    "key: is none of this repository",
  ],
  [
    "another workflow's key",
    keyOf("default", "https://ci", "id:7", "release", "build"),
    "key: is none of this workflow",
  ],
  ["the key of no workflow", { workflow: null }, "key: is none of this workflow"],
  ["another job's key", { job: "deploy" }, "key: is none of this job"],
  ["no document", {}, "baseline: version is not what it has to be"],
] as const)(
  "%s is refused, with the line, and nothing of the file is taken",
  async (_, wrong, why) => {
    await keepBaseline(from, "build");
    await openEmpty(to);
    const lines = [...exportBaselines(from, [])].map((record) => `${JSON.stringify(record)}\n`);
    const line = typeof wrong === "string" ? wrong : JSON.stringify({ ...RECORD, ...wrong });
    const chunks = Readable.from([Buffer.from(`${lines.join("")}${line}\n`)]);
    const importing = importBaselines(to, chunks, { replaces: false, settings: SETTINGS });

    await expect(importing).rejects.toThrow(
      `line 2: ${why}; nothing was imported: take the file as \`baseline export\` writes it`,
    );
    expect(listBaselines(to, {})).toEqual([]);
  },
);

function run(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(COMMAND, ["baseline", ...args], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", NODE_COMPILE_CACHE: COMPILE_CACHE },
    input,
  });
  return { status, stdout, stderr };
}

async function openEmpty(directory: string): Promise<void> {
  const store = await openSqliteEventStore({ directory, onFault() {}, onEnd() {} });
  await store[Symbol.asyncDispose]();
}

async function keepBaseline(directory: string, job: string): Promise<void> {
  await using store = await openSqliteEventStore({ directory, onFault() {}, onEnd() {} });
  const profile = createRunProfile();
  const deeds = [startsProgram("1-a", null, "/usr/bin/npm"), connects("1-a", "registry.npmjs.org")];
  for (const [index, deed] of deeds.entries()) {
    profile.add({ ...deed, seq: index + 1, observedAt: "2026-01-31T12:00:00.000001Z" });
  }
  const baseline = learn(createBaseline(), profile, Date.parse("2026-01-31"), SETTINGS);
  const key = JSON.stringify(["default", null, "acme/app", "ci", job]);
  const name = { tenant: "default", key, repository: "acme/app", workflow: "ci", job };
  const content = toContent(baseline, SETTINGS);
  await store.putBaseline({ name, content, revision: 0, at: Date.parse("2026-01-31") });
}
