/** What is exported is all that there is, and comes back as it was, or not at all. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { keepKeys } from "../../../collector/identity/key-file.ts";
import { signRemoval } from "../../../collector/ingest/removal-signature.ts";
import { exportRuns, type ExportRunsOptions } from "../../../collector/maintenance/export-runs.ts";
import { importRuns } from "../../../collector/maintenance/import-runs.ts";
import { verifyRun } from "../../../collector/maintenance/verify-run.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import { storeSignedRun } from "../support/signed-run.ts";
import { SAMPLE_BODIES } from "./sample-events.ts";

const RUN = "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a11";
const OTHER = "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a12";
const AT = Date.parse("2026-01-31T12:00:00Z");
const CLAIMS: Readonly<Record<string, string>> = { [RUN]: "a".repeat(64), [OTHER]: "b".repeat(64) };

let directory: string;
let source: string;
let target: string;
let masterKey: Buffer;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  [source, target] = [makeData("source"), makeData("target")];
  [masterKey = Buffer.alloc(32)] = keepKeys(source, false);
  writeFileSync(join(target, "master.key"), readFileSync(join(source, "master.key")));
  await using store = await openStore(source);
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

    expect(exported).toEqual({ runs: 1, batches: 2, events: 31 });
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

describe("an import", () => {
  test("brings runs back as they were: they are verified, counted, and exported the same again", async () => {
    const { text } = await exportTo({ since: AT });
    const imported = await importText(text);
    const again = await exportTo({ dataDir: target, since: AT });

    expect(imported).toEqual({ runs: 2, events: 64, known: 0 });
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
    expect(restored.listFindings("default", { after: undefined, limit: 9 })).toEqual(
      origin.listFindings("default", { after: undefined, limit: 9 }),
    );
    expect(restored.countStoredBytes("default")).toBe(origin.countStoredBytes("default"));
  });

  test("of what is here already changes nothing", async () => {
    const { text } = await exportTo({ since: AT });
    await importText(text);

    expect(await importText(text)).toEqual({ runs: 0, events: 0, known: 2 });
  });

  test("of a run that is here with other events says so", async () => {
    const { text } = await exportTo({ runIds: [OTHER] });
    await importText(text);
    await using store = await openStore(source);
    await storeSignedRun(store, {
      id: "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a13",
      masterKey,
      claimHash: "c".repeat(64),
      startedAt: AT,
      batches: [{ at: AT, events: [{ kind: "heartbeat", sensors: [] }] }],
    });
    const shorter = await exportTo({ runIds: ["0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a13"] });
    await importText(shorter.text);
    await storeSignedRun(
      {
        startRun: async () => {},
        appendBatch: (batch) =>
          batch.firstSeq === 1 ? Promise.resolve() : store.appendBatch(batch),
        finishRun: async () => {},
      },
      {
        id: "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a13",
        masterKey,
        startedAt: AT,
        batches: [AT, AT].map((at) => ({ at, events: [{ kind: "heartbeat", sensors: [] }] })),
      },
    );
    const longer = await exportTo({ runIds: ["0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a13"] });

    await expect(importText(longer.text)).rejects.toThrow(
      "is here already, with 1 events where the file has 2",
    );
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
      /^line 2: .*is not what was signed.*nothing of run 0b8f/,
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
      /^line 1: it is no line of an export/,
    ],
    [
      "a line is endless in",
      (text) => text + "x".repeat(12_000_000),
      /^line \d+: it is longer than/,
    ],
    [
      "dead letters were invented in",
      (text) => text.replace(/"deadLetters":1/, '"deadLetters":9'),
      /1 of its lines are no events/,
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

  test("is refused where the key is another one", async () => {
    const { text } = await exportTo({ runIds: [RUN] });
    writeFileSync(join(target, "master.key"), `${"0".repeat(64)}\n`);

    await expect(importText(text)).rejects.toThrow(
      "import it where the master.key is that it came from",
    );
  });
});

function makeData(name: string): string {
  const path = join(directory, name);
  mkdirSync(path);
  return path;
}

function openStore(path: string) {
  return openSqliteEventStore({ directory: path, onFault: () => {}, onEnd: () => {} });
}

async function exportTo(options: Partial<ExportRunsOptions>) {
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const exported = await exportRuns({
    dataDir: source,
    format: "ndjson",
    runIds: [],
    since: 0,
    output: undefined,
    stream,
    ...options,
  });
  const lines = text
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line): object => Object(JSON.parse(line)));
  return { text, exported, lines };
}

/** In pieces that end anywhere. */
function importText(text: string) {
  const bytes = Buffer.from(text);
  return importRuns(
    target,
    (async function* cut() {
      for (let start = 0; start < bytes.length; start += 65_537) {
        yield bytes.subarray(start, start + 65_537);
      }
    })(),
  );
}

function dropLine(text: string, part: string): string {
  return text
    .split("\n")
    .filter((line) => !line.includes(part) || line.includes('"record":"event"'))
    .join("\n");
}
