/** What operators asked of agents and said of findings goes with its run. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { recordSchema } from "../../../collector/export/archive.ts";
import { createRunSigner } from "../../../collector/export/run-signer.ts";
import { keepKeys } from "../../../collector/identity/key-file.ts";
import { createApplyWrite } from "../../../collector/storage/sqlite/apply-write.ts";
import { createAuditReader } from "../../../collector/storage/sqlite/audit-reader.ts";
import { createCommandReader } from "../../../collector/storage/sqlite/command-reader.ts";
import { createFindingQueries } from "../../../collector/storage/sqlite/finding-queries.ts";
import { openForReading, openForWriting } from "../../../collector/storage/sqlite/open-database.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import type { Write } from "../../../collector/storage/sqlite/writes.ts";
import { storeSignedRun } from "../support/signed-run.ts";
import { exportData, importData } from "./export-data.ts";
import { SAMPLE_BODIES } from "./sample-events.ts";

const RUN = "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a11";
const AT = Date.parse("2026-01-31T12:00:00Z");
const BY = {
  role: "responder",
  token: "0f0f0f0f",
  owner: "build team",
  reason: "it is a test",
  at: AT,
};
const UNTIL = AT + 86_400_000;
const FINDINGS = ["", ...Array.from({ length: 120 }, (_, index) => `finding-${index}`)];
const FINDING = SAMPLE_BODIES.find((body) => Reflect.get(body, "kind") === "finding") ?? {};
const NEW = { runs: 0, events: 0, known: 0, extended: 0, unfinished: 0 };

let directory: string;
let source: string;
let target: string;
let masterKey: Buffer;

/** A run with findings, and beside it an empty directory with the same key; each test has a copy. */
let template: string;

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), "collector-"));
  const [made, empty] = [join(template, "source"), join(template, "target")];
  for (const path of [made, empty]) mkdirSync(path);
  [masterKey = Buffer.alloc(32)] = keepKeys(made, false);
  copyFileSync(join(made, "master.key"), join(empty, "master.key"));
  await using store = await openSqliteEventStore({
    directory: made,
    onFault: () => {},
    onEnd: () => {},
  });
  await storeSignedRun(store, {
    id: RUN,
    masterKey,
    claimHash: "a".repeat(64),
    ci: { provider: "github-actions", repository: "acme/app" },
    startedAt: AT,
    batches: [{ at: AT, events: FINDINGS.map((id) => ({ ...FINDING, id, message: id })) }],
  });
});
afterAll(() => {
  rmSync(template, { recursive: true, force: true });
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  cpSync(template, directory, { recursive: true });
  [source, target] = [join(directory, "source"), join(directory, "target")];
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("an export", () => {
  test("has every command, and all that was said of findings, and an import brings it back", async () => {
    ask(source, 40);
    say(source);
    const { text } = await exportData({ dataDir: source });

    expect(await importData(text, target)).toEqual({ ...NEW, runs: 1, events: FINDINGS.length });
    expect(show(target)).toEqual(show(source));
    expect((await exportData({ dataDir: target })).text).toBe(text);
    expect(await importData(text, target)).toEqual({ ...NEW, known: 1 });
  });

  test("of before, which has neither, is imported as well", async () => {
    const { text } = await exportData({ dataDir: source });
    const earlier = toEarlierForm(text);

    expect(earlier).not.toBe(text);
    await expect(importData(text.replace('"format":3', '"format":2'), target)).rejects.toThrow(
      "is not what was signed with a key",
    );
    expect(await importData(earlier, target)).toMatchObject({ runs: 1 });
    expect(await importData(text, target)).toEqual({ ...NEW, known: 1 });
  });

  test.each<[string, (line: object) => object | undefined]>([
    ["a command was left out", (line) => (isRecord(line, "command") ? undefined : line)],
    [
      "a command was said to be obeyed",
      (line) => (isRecord(line, "command") ? { ...line, state: "obeyed" } : line),
    ],
    [
      "another one is said to have acknowledged",
      (line) =>
        isRecord(line, "triage") ? { ...line, acknowledged: { ...BY, owner: "nobody" } } : line,
    ],
  ])("is refused where %s", async (_, change) => {
    ask(source, 1);
    say(source);
    const { text } = await exportData({ dataDir: source });

    await expect(importData(changeLines(text, change), target)).rejects.toThrow(
      "is not what was signed with a key",
    );
    expect(show(target)).toEqual({ commands: [], findings: [] });
  });
});

describe("of a run that is here already", () => {
  test("what came of a command and what was said since is taken, and the run counts as one of which less was here", async () => {
    ask(source, 1);
    const before = await exportData({ dataDir: source });
    await importData(before.text, target);
    settle(source, 1);
    ask(source, 2, 2);
    say(source);
    const after = await exportData({ dataDir: source });

    expect(await importData(after.text, target)).toEqual({ ...NEW, extended: 1 });
    expect(show(target)).toEqual(show(source));
    // What is further here than in a file stays.
    expect(await importData(before.text, target)).toEqual({ ...NEW, known: 1 });
    expect(show(target)).toEqual(show(source));
  });

  test("what was asked and said here stays", async () => {
    await importData((await exportData({ dataDir: source })).text, target);
    ask(target, 1, 1, "another reason");
    say(target, { ...BY, owner: "somebody else" });
    const here = show(target);
    ask(source, 1);
    say(source);

    const { text } = await exportData({ dataDir: source });
    expect(await importData(text, target)).toEqual({ ...NEW, known: 1 });
    expect(show(target)).toEqual(here);
  });

  test("a suppression that has run out here gives way to one that has not, and to no other", async () => {
    await importData((await exportData({ dataDir: source })).text, target);
    suppress(target, UNTIL);
    suppress(source, UNTIL + 1);
    const over = await exportData({ dataDir: source });
    suppress(source, Date.now() + 86_400_000);
    const inForce = await exportData({ dataDir: source });

    expect(await importData(over.text, target)).toEqual({ ...NEW, known: 1 });
    expect(await importData(inForce.text, target)).toEqual({ ...NEW, extended: 1 });
    expect(show(target)).toEqual(show(source));
  });
});

describe("the audit log", () => {
  const who = { token: `uid:${process.getuid?.()}`, role: "command-line" };

  test("has each run that an import brought or changed, and no other", async () => {
    await importData((await exportData({ dataDir: source })).text, target);
    say(source);
    const { text } = await exportData({ dataDir: source });
    await importData(text, target);
    await importData(text, target);

    const entry = { ...who, tenant: "default", action: "import", target: RUN };
    expect(listAudit(target)).toMatchObject([entry, entry]);
  });

  test("has none of which nothing was taken", async () => {
    const { text } = await exportData({ dataDir: source });

    const forged = changeLines(text, (line) =>
      isRecord(line, "end") ? { ...line, signature: "0".repeat(64) } : line,
    );

    await expect(importData(forged, target)).rejects.toThrow("is not what was signed with a key");
    expect(listAudit(target)).toEqual([]);
  });
});

/** From `first` on. */
function ask(dataDir: string, last: number, first = 1, reason = "it mines"): void {
  const body = JSON.stringify({ by: "responder", reason, at: "2026-01-31T12:00:00Z" });
  writeTo(dataDir, (apply) => {
    for (let number = first; number <= last; number += 1) {
      const command = { runId: RUN, number, kind: "kill", body, askedAt: AT + number } as const;
      apply({ kind: "add-command", command });
    }
  });
}

function settle(dataDir: string, number: number): void {
  const settlement = { runId: RUN, number, state: "obeyed", at: AT + 9_000 } as const;
  writeTo(dataDir, (apply) => {
    apply({ kind: "settle-command", settlement: { ...settlement, reason: "it is done" } });
  });
}

function say(dataDir: string, by = BY): void {
  writeTo(dataDir, (apply) => {
    for (const id of FINDINGS.slice(0, 110)) {
      apply({ kind: "acknowledge-finding", name: { runId: RUN, id }, by });
    }
    for (const id of ["", "finding-119"]) {
      apply({ kind: "suppress-finding", name: { runId: RUN, id }, by: { ...by, until: UNTIL } });
    }
  });
}

function suppress(dataDir: string, until: number): void {
  const name = { runId: RUN, id: "finding-1" };
  writeTo(dataDir, (apply) => {
    apply({ kind: "suppress-finding", name, by: { ...BY, until } });
  });
}

function listAudit(dataDir: string) {
  using database = openForReading(dataDir);
  return createAuditReader(database).listAudit("default", Number.MAX_SAFE_INTEGER, 9);
}

/** As the thread that writes does, in one transaction. */
function writeTo(dataDir: string, write: (apply: (one: Write) => void) => void): void {
  using database = openForWriting(dataDir);
  database.exec("BEGIN");
  const writes = createApplyWrite(database);
  write((one) => writes.apply(one));
  database.exec("COMMIT");
}

function show(dataDir: string) {
  using database = openForReading(dataDir);
  const reader = createCommandReader(database);
  const commands = [];
  for (let page = reader.listCommands(RUN, 0); page.length > 0;) {
    commands.push(...page);
    page = reader.listCommands(RUN, page.at(-1)?.number ?? 0);
  }
  const queries = createFindingQueries(database);
  const findings = FINDINGS.map((id) => queries.showFinding("default", { runId: RUN, id }, AT));
  return { commands, findings: findings.filter((finding) => finding !== undefined) };
}

function isRecord(line: object, record: string): boolean {
  return Reflect.get(line, "record") === record;
}

function toEarlierForm(text: string): string {
  const signer = createRunSigner(masterKey, { id: RUN, format: 2 });
  return changeLines(text, (line) => {
    const record = recordSchema.parse(line);
    if (record.record === "run") {
      const run = { ...record, format: 2 } as const;
      signer.add(run);
      return run;
    }
    if (record.record === "batch") {
      const { content: _, ...head } = record;
      signer.add(head);
    }
    if (record.record !== "end") return line;
    const { signature: _, ...end } = record;
    signer.add(end);
    return { ...end, signature: signer.sign() };
  });
}

function changeLines(text: string, change: (line: object) => object | undefined): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => change(Object(JSON.parse(line))))
    .filter((line) => line !== undefined)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}
