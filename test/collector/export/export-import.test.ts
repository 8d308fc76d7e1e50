/** What is exported is all that there is, and comes back as it was, or not at all. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { keepKeys } from "../../../collector/identity/key-file.ts";
import { signRemoval } from "../../../collector/ingest/removal-signature.ts";
import type { ExportRunsOptions } from "../../../collector/maintenance/export-runs.ts";
import { verifyRun } from "../../../collector/maintenance/verify-run.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import { COMPILE_CACHE } from "../../support/compile-cache.ts";
import { storeSignedRun } from "../support/signed-run.ts";
import { exportData, importData } from "./export-data.ts";
import { SAMPLE_BODIES } from "./sample-events.ts";

const RUN = "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a11";
const OTHER = "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a12";
const FORK = "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a13";
const COMMAND = join(import.meta.dirname, "../../../bin/runner-guard-collector");
const FORGED_IDENTITY = {
  kind: "github-oidc",
  issuer: "https://token.actions.githubusercontent.com",
  state: "known",
  facts: { repository_id: "1" },
  said: null,
  contradicts: [],
};
const AT = Date.parse("2026-01-31T12:00:00Z");
const CLAIMS: Readonly<Record<string, string>> = { [RUN]: "a".repeat(64), [OTHER]: "b".repeat(64) };

const NONE = { count: 0, first: [] };
const NEW = { runs: 0, events: 0, known: 0, extended: 0, unfinished: 0 };

let directory: string;
let source: string;
let target: string;
let masterKey: Buffer;

/** Two runs, and beside them an empty directory with the same key; each test has a copy. */
let template: string;

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), "collector-"));
  const [made, empty] = [makeData(template, "source"), makeData(template, "target")];
  [masterKey = Buffer.alloc(32)] = keepKeys(made, false);
  copyFileSync(join(made, "master.key"), join(empty, "master.key"));
  await using store = await openStore(made);
  for (const [index, id] of [RUN, OTHER].entries()) {
    await storeSignedRun(store, {
      id,
      masterKey,
      claimHash: CLAIMS[id] ?? "",
      ci: { provider: "github-actions", repository: "acme/app" },
      startedAt: AT + index,
      isOver: index === 0,
      batches: [
        {
          at: AT,
          events: SAMPLE_BODIES.filter((body) => Reflect.get(body, "kind") !== "guard-stopped"),
        },
        { at: AT + 1, events: [{ kind: "nothing" }, ...SAMPLE_BODIES] },
      ],
    });
  }
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
  test.each<["ndjson" | "ecs" | "ocsf", (line: object) => unknown]>([
    ["ndjson", (line) => Reflect.get(Object(Reflect.get(line, "event")), "seq")],
    ["ecs", (line) => Reflect.get(Object(Reflect.get(line, "event")), "sequence")],
    ["ocsf", (line) => Reflect.get(Object(Reflect.get(line, "metadata")), "sequence")],
  ])("as %s has every event of the run that is named, in order", async (format, toSeq) => {
    const { lines, exported } = await exportTo({ runIds: [RUN], format });
    const seqs = lines.map(toSeq).filter((seq) => seq !== undefined);

    expect(exported).toEqual({ runs: 1, batches: 2, events: 31, failed: NONE });
    // 16 was no event.
    expect(seqs).toEqual(
      Array.from({ length: 32 }, (_, index) => index + 1).filter((seq) => seq !== 16),
    );
  });

  test("since a time has the runs that started then or later", async () => {
    const all = await exportTo({ since: AT });
    const later = await exportTo({ since: AT + 1 });

    expect([all.exported.runs, later.exported.runs]).toEqual([2, 1]);
  });

  test("to a file is its owner's alone, is there when it is whole, and takes no other's place", async () => {
    const output = join(directory, "export");
    await exportTo({ runIds: [RUN], output });

    expect(statSync(output).mode & 0o777).toBe(0o600);
    await expect(exportTo({ runIds: [RUN], output })).rejects.toThrow("it is there already");
    await expect(exportTo({ runIds: ["none"], output: `${output}-2` })).rejects.toThrow(
      "none: there is no such run",
    );
    expect(readdirSync(directory).toSorted()).toEqual(["export", "source", "target"]);
  });
});

describe("an export of data where somebody has damaged a run", () => {
  const DAMAGES: readonly [string, string, RegExp][] = [
    ["a batch", "UPDATE batches SET content = x'00' WHERE first_seq = 16", /./],
    ["the gap of a batch", "DELETE FROM batches WHERE first_seq = 16", /batch 16 is missing/],
    ["a time", "UPDATE runs SET started_at = 9000000000000000 WHERE", /started_at/],
    ["a time before all", "UPDATE runs SET started_at = -1 WHERE", /started_at/],
    ["a word", "UPDATE runs SET ci = '{' WHERE", /ci: it is no JSON/],
  ];

  test.each(DAMAGES)("goes on with the others and tells of it: %s", async (_, change, reason) => {
    damage(change);
    const { exported, text } = await exportTo({ since: -1 });
    const named = await exportTo({ runIds: [RUN, OTHER], format: "ecs" });

    const failed = { count: 1, first: [{ id: RUN, reason: expect.stringMatching(reason) }] };
    expect(exported).toMatchObject({ runs: 1, failed });
    expect(named.exported).toMatchObject({ runs: 1, failed });
    const { runs, known } = await importText(text);
    expect([runs, known]).toEqual([1, 0]);
    expect(verifyRun(target, OTHER).fault).toBeUndefined();
    expect(() => verifyRun(target, RUN)).toThrow("there is no such run");
  });

  test("is said so by the command, which ends with 1", () => {
    damage(DAMAGES[0]?.[1] ?? "");
    const output = join(directory, "export");
    const { status, stderr } = runCommand("export", "--since", "2000-01-01", "--output", output);

    expect(stderr).toMatch(/exported 31 events of 1 run\n.*0b8f.*11: cannot be exported: .*\n/);
    expect([status, statSync(output).size > 0]).toEqual([1, true]);
    const imported = runCommand("import", output);
    expect(imported.stderr).toContain("not whole in the file, and left out: 1 run");
    expect(imported.status).toBe(0);
  });
});

describe("an import", () => {
  test("brings runs back as they were: they are verified, counted, and exported the same again", async () => {
    const { text } = await exportTo({ since: AT });
    const imported = await importText(text);
    const again = await exportTo({ dataDir: target, since: AT });

    expect(imported).toEqual({ ...NEW, runs: 2, events: 64 });
    expect(verifyRun(target, RUN)).toMatchObject({
      events: 32,
      fault: undefined,
      openState: undefined,
    });
    expect(verifyRun(target, OTHER)).toMatchObject({
      events: 32,
      fault: undefined,
      openState: "silent",
    });
    expect(again.text).toBe(text);
    await using restored = await openStore(target);
    await using origin = await openStore(source);
    const scope = { tenant: "default", repository: "acme/app", since: "2026-01-01", limit: 99 };
    for (const list of ["listDestinations", "listNames", "listPrograms"] as const) {
      expect(restored[list](scope)).toEqual(origin[list](scope));
    }
    const page = { after: undefined, limit: 9 };
    expect(restored.findFindings("default", { now: 0 }, page)).toEqual(
      origin.findFindings("default", { now: 0 }, page),
    );
    expect(restored.countStoredBytes("default")).toBe(origin.countStoredBytes("default"));
  });

  test("of what is here already changes nothing", async () => {
    const { text } = await exportTo({ since: AT });
    await importText(text);

    expect(await importText(text)).toEqual({ ...NEW, known: 2 });
  });

  describe("of a run that is here already", () => {
    const BEAT = { kind: "heartbeat", sensors: [] };

    test("goes on where it ends, and is then as if it had come at once", async () => {
      const shorter = await exportFork([{ events: SAMPLE_BODIES }]);
      const longer = await exportFork([{ events: SAMPLE_BODIES }, { events: [BEAT] }]);
      const over = await exportFork([{ events: SAMPLE_BODIES }, { events: [BEAT] }], true);

      expect(await importText(shorter)).toEqual({ ...NEW, runs: 1, events: SAMPLE_BODIES.length });
      expect(await importText(longer)).toEqual({ ...NEW, extended: 1, events: 1 });
      expect(await importText(over)).toEqual({ ...NEW, extended: 1 });
      // Nothing is lost to a file of earlier.
      for (const text of [shorter, longer, over]) {
        expect(await importText(text)).toEqual({ ...NEW, known: 1 });
      }
      expect(verifyRun(target, FORK)).toMatchObject({
        events: SAMPLE_BODIES.length + 1,
        fault: undefined,
      });
      expect((await exportTo({ dataDir: target, runIds: [FORK] })).text).toBe(over);
      await importText(over, makeWithKey("fresh"));
      await using extended = await openStore(target);
      await using fresh = await openStore(join(directory, "fresh"));
      expect(extended.countStoredBytes("default")).toBe(fresh.countStoredBytes("default"));
      expect(extended.findRunOfAny(FORK)).toEqual(fresh.findRunOfAny(FORK));
    });

    test.each<[string, readonly Batches[], boolean, RegExp]>([
      ["with another batch", [{ events: [BEAT, BEAT] }], false, /with another batch 1;/],
      [
        "and is over",
        [{ events: [BEAT] }, { events: [BEAT] }],
        true,
        /and is over there with event 1;/,
      ],
    ])("%s, is refused with what to do", async (_, batches, isOver, message) => {
      await importText(await exportFork([{ events: [BEAT] }], isOver));
      const other = await exportFork(batches);

      await expect(importText(other)).rejects.toThrow(message);
      await expect(importText(other)).rejects.toThrow("import the file into an empty directory");
    });

    test("under another tenant is refused, though its key has signed it", async () => {
      await importText(await exportFork([{ events: [BEAT] }]));
      const other = await exportFork([{ events: [BEAT] }], false, "victim");

      await expect(importText(other)).rejects.toThrow("with another tenant;");
    });
  });

  test("of a run whose first batches were too old says which were removed, as it did before", async () => {
    await using store = await openStore(source);
    const mac = [...store.listBatches(RUN, { afterSeq: 0, kind: null })][0]?.mac ?? "";
    const signature = signRemoval(masterKey, RUN, { seq: 15, mac });
    await store.removeBatches({ runId: RUN, seq: 15, mac, signature });
    const { text } = await exportTo({ runIds: [RUN] });
    await importText(text);

    expect(verifyRun(target, RUN)).toMatchObject({
      events: 17,
      removedEvents: 15,
      fault: undefined,
    });
    await expect(
      importText(text.replaceAll(RUN, OTHER).replace(CLAIMS[RUN] ?? "", CLAIMS[OTHER] ?? "")),
    ).rejects.toThrow("is not what was signed");
  });

  test.each<[string, (text: string) => string, RegExp]>([
    [
      "a batch was changed in",
      (text) => text.replace(/("content":")(.)/, (_, head: string) => `${head}A`),
      /^line 2: .*is not what was signed.* if the file was changed since.*nothing of run 0b8f/,
    ],
    [
      "a batch was left out of",
      (text) => dropLine(text, '"firstSeq":16'),
      /^line \d+: batch 16 is missing/,
    ],
    [
      "the last batch was left out of",
      (text) => dropLine(text, '"firstSeq":1,'),
      /^line \d+: batch 1 is missing/,
    ],
    [
      "the goodbye was taken from another run in",
      (text) =>
        text.replace(
          /("goodbye":\{"mac":")(.)/,
          (_, head: string, first: string) => `${head}${first === "0" ? "1" : "0"}`,
        ),
      /is not what was signed/,
    ],
    ["the end was cut off", (text) => dropLine(text, '"record":"end"'), /the file ends before run/],
    [
      "lines are none of an export in",
      (text) => `{}\n${text}`,
      /^line 1: it is no line of an export: import takes what/,
    ],
    [
      "a line is endless in",
      (text) => text + "x".repeat(12_000_000),
      /^line \d+: it is longer than/,
    ],
    [
      "dead letters were invented in",
      (text) => text.replace(/"deadLetters":1/, '"deadLetters":9'),
      /is not what was signed/,
    ],
  ])("is refused where %s the file, and leaves nothing of that run", async (_, change, message) => {
    const { text } = await exportTo({ runIds: [RUN] });
    await expect(importText(change(text))).rejects.toThrow(message);

    await using store = await openStore(target);
    const run = store.findRunOfAny(RUN);
    // What is wrong behind its end is nothing of it.
    expect(run === undefined || verifyRun(target, RUN).fault === undefined).toBe(true);
    expect(store.countStoredBytes("default") === 0).toBe(run === undefined);
  });

  test.each<[string, object, object]>([
    ["repository", { ci: { provider: "github-actions", repository: "victim/prod" } }, {}],
    ["identity", { identity: FORGED_IDENTITY }, {}],
    ["tenant", { tenant: "victim" }, {}],
    ["mode", { requestedMode: "block", effectiveMode: "block" }, {}],
    ["start", { startedAt: 0 }, {}],
    ["claim", { claimHash: "f".repeat(64) }, {}],
    ["time of the end", {}, { lastSeenAt: 253_402_300_799_999 }],
    ["dead letters", {}, { deadLetters: 9 }],
    ["goodbye, which is left out,", {}, { goodbye: null, endedAt: null }],
    ["signature", {}, { signature: "0".repeat(64) }],
  ])("is refused where its %s was changed", async (_, run, end) => {
    const { text } = await exportTo({ runIds: [RUN] });
    const changed = changeLines(text, { run, end });

    expect(changed).not.toBe(text);
    await expect(importText(changed)).rejects.toThrow("is not what was signed with a key");
  });

  test.each<[string, object, object]>([
    ["start is later than any", { startedAt: 9e15 }, {}],
    ["start is earlier than any", { startedAt: -1 }, {}],
    ["end is later than any", {}, { lastSeenAt: 9e15 }],
    ["signature is none", {}, { signature: undefined }],
    ["form is an earlier one", { format: 1 }, {}],
  ])("is no line of an export where its %s", async (_, run, end) => {
    const { text } = await exportTo({ runIds: [RUN] });

    await expect(importText(changeLines(text, { run, end }))).rejects.toThrow(
      "it is no line of an export",
    );
  });

  test("is refused where all that came last was cut off, and takes what is whole after that", async () => {
    const { text } = await exportTo({ runIds: [RUN] });
    const cut = changeLines(dropLine(text, '"firstSeq":16'), {
      run: {},
      end: { acknowledged: 15, deadLetters: 0, goodbye: null, endedAt: null },
    });

    await expect(importText(cut)).rejects.toThrow("is not what was signed with a key");
    expect(await importText(text)).toEqual({ ...NEW, runs: 1, events: 32 });
  });

  test("is refused where a batch is said to have come at another time", async () => {
    const { text } = await exportTo({ runIds: [RUN] });

    await expect(importText(text.replace(/"receivedAt":\d+/, '"receivedAt":0'))).rejects.toThrow(
      "is not what was signed with a key",
    );
  });

  test("of a run of which a clock was put back is taken", async () => {
    using database = new DatabaseSync(join(source, "events.db"));
    database.exec(`UPDATE runs SET started_at = ${AT + 1_000} WHERE id = '${RUN}'`);
    const { text } = await exportTo({ runIds: [RUN] });

    expect(await importText(text)).toMatchObject({ runs: 1 });
  });

  test("is refused where the key is another one", async () => {
    const { text } = await exportTo({ runIds: [RUN] });
    writeFileSync(join(target, "master.key"), `${"0".repeat(64)}\n`);

    await expect(importText(text)).rejects.toThrow(
      "import it where the master.key is that it came from",
    );
  });
});

interface Batches {
  readonly events: readonly object[];
}

/** A run as it is in a data directory that has gone its own way. */
async function exportFork(batches: readonly Batches[], isOver = false, tenant = "default") {
  const dataDir = makeWithKey(`fork-${Math.random()}`);
  {
    await using store = await openStore(dataDir);
    await storeSignedRun(store, {
      id: FORK,
      tenant,
      masterKey,
      claimHash: "c".repeat(64),
      startedAt: AT,
      isOver,
      batches: batches.map(({ events }) => ({ at: AT, events })),
    });
  }
  return (await exportTo({ dataDir, runIds: [FORK] })).text;
}

function makeWithKey(name: string): string {
  const path = makeData(directory, name);
  copyFileSync(join(source, "master.key"), join(path, "master.key"));
  return path;
}

interface LineChanges {
  readonly run: object;
  readonly end: object;
}

function changeLines(text: string, { run, end }: LineChanges): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line): object => Object(JSON.parse(line)))
    .map((line) => {
      const record = Reflect.get(line, "record");
      return { ...line, ...(record === "run" && run), ...(record === "end" && end) };
    })
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

test("a file that is missing is told of alone, also where there is nothing to import it into", () => {
  const nowhere = runIn("/proc/none", ["import", "nope"]);
  const missing = runCommand("import", "nope");

  expect([nowhere.status, nowhere.stderr.trimEnd().split("\n")]).toEqual([
    69,
    [expect.stringContaining("/proc/none: there is no such directory")],
  ]);
  expect([missing.status, missing.stderr]).toEqual([
    2,
    "runner-guard-collector: nope: there is no such file\n",
  ]);
});

function runCommand(command: string, ...args: readonly string[]) {
  return runIn(command === "import" ? target : source, [command, ...args]);
}

function runIn(dataDir: string, args: readonly string[]) {
  return spawnSync(COMMAND, [...args, "--data-dir", dataDir], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
}

function makeData(below: string, name: string): string {
  const path = join(below, name);
  mkdirSync(path);
  return path;
}

function openStore(path: string) {
  return openSqliteEventStore({ directory: path, onFault: () => {}, onEnd: () => {} });
}

function exportTo(options: Partial<ExportRunsOptions>) {
  return exportData({ dataDir: source, ...options });
}

function importText(text: string, into = target) {
  return importData(text, into);
}

function dropLine(text: string, part: string): string {
  return text
    .split("\n")
    .filter((line) => !line.includes(part) || line.includes('"record":"event"'))
    .join("\n");
}

function damage(change: string): void {
  using database = new DatabaseSync(join(source, "events.db"));
  database.exec(
    change.endsWith("WHERE") ? `${change} id = '${RUN}'` : `${change} AND run = '${RUN}'`,
  );
}
