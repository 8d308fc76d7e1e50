import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { NO_THINGS } from "../../../collector/detection/name-things.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import { type ChangeNote, MAX_CHANGES } from "../../../collector/stores/baseline-changes.ts";
import { storeSignedRun } from "../support/signed-run.ts";

const TENANT = "default";
const RUN = "00000000-0000-4000-8000-000000000001";
const NOTE: ChangeNote = {
  kind: "learned",
  runId: RUN,
  findingId: null,
  runs: 1,
  state: { from: "learning", to: "stable", reason: "It was learned from 20 runs." },
  added: {
    counts: { ...NO_THINGS.counts, process: 1 },
    named: [{ kind: "process", parent: "npm", program: "wget" }],
  },
  forgotten: NO_THINGS,
  finding: null,
  by: null,
};
const FIRST = { after: undefined, limit: 2 };

let directory: string;
let store: Awaited<ReturnType<typeof openSqliteEventStore>>;
let damage: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  damage = [];
  store = await openSqliteEventStore({
    directory,
    onFault() {},
    onEnd() {},
    onDamaged: ({ message }) => damage.push(message),
  });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

describe("what changed in a baseline", () => {
  test("is listed, the newest first, page by page, each baseline's by itself", async () => {
    for (let revision = 0; revision < 3; revision += 1) await put({ revision, runs: revision });
    await put({ key: "other", revision: 0, runs: 9 });
    const first = store.listChanges(1, FIRST);
    const second = store.listChanges(1, { after: first.next, limit: 2 });

    expect(first.items.map(({ revision, runs }) => [revision, runs])).toEqual([
      [3, 2],
      [2, 1],
    ]);
    expect(second).toMatchObject({ items: [{ ...NOTE, revision: 1, runs: 0 }], next: undefined });
    expect(store.listChanges(2, FIRST).items).toMatchObject([{ runs: 9 }]);
  });

  test("says whether the run and the finding are kept still", async () => {
    await storeSignedRun(store, {
      id: RUN,
      masterKey: Buffer.alloc(32, 7),
      startedAt: 1,
      batches: [],
    });
    const finding = { runId: RUN, id: "f", rule: "new-process", severity: "low" } as const;
    await store.addOwnFinding({ ...finding, message: "m", technique: null, evidence: {}, at: 1 });
    await put({ revision: 0, findingId: "f" });
    const kept = store.listChanges(1, FIRST).items;
    for (let piece = 0; piece < 3; piece += 1) await store.removeRun(RUN);
    const removed = store.listChanges(1, FIRST).items;

    expect(kept).toMatchObject([{ hasRun: true, hasFinding: true }]);
    expect(removed).toMatchObject([{ runId: RUN, hasRun: false, hasFinding: false }]);
  });

  test("is not kept of a change that came too late, nor of one without a note", async () => {
    await put({ revision: 0 });
    await put({ revision: 0, runs: 7 });
    await put({ revision: 1, isNoted: false });

    expect(store.listChanges(1, FIRST).items).toMatchObject([{ revision: 1, runs: 1 }]);
    expect(store.findRevision("key")).toBe(2);
  });

  test("is written with the baseline or not at all", async () => {
    change(
      "CREATE TRIGGER full BEFORE INSERT ON baseline_changes BEGIN SELECT raise(ABORT, 'full'); END",
    );
    await expect(put({ revision: 0 })).rejects.toMatchObject({ code: "storage-failed" });

    expect(store.findRevision("key")).toBeUndefined();
  });

  test("is kept of the newest changes alone, and takes no more room than those", async () => {
    await put({ revision: 0 });
    const one = store.countStoredBytes(TENANT) - bytesOfBaseline();
    const writes = Array.from({ length: MAX_CHANGES + 10 }, (_, index) =>
      put({ revision: index + 1 }),
    );
    await Promise.all(writes);
    const { items } = store.listChanges(1, { after: undefined, limit: 1_000 });

    expect(items).toHaveLength(MAX_CHANGES);
    expect([items[0]?.revision, items.at(-1)?.revision]).toEqual([MAX_CHANGES + 11, 12]);
    expect(store.countStoredBytes(TENANT) - bytesOfBaseline()).toBe(one * MAX_CHANGES);
  });

  test("goes with the baseline, and leaves nothing that counts for its tenant", async () => {
    await put({ revision: 0 });
    await put({ revision: 1 });
    await put({ key: "other", revision: 0 });
    await store.removeBaseline({ id: 1, usedAt: 99 });
    expect(store.listChanges(1, FIRST).items).toHaveLength(2);
    await store.removeBaseline({ id: 1, usedAt: 5 });
    await store.removeBaseline({ id: 2, usedAt: 5 });

    expect(store.listChanges(1, FIRST).items).toEqual([]);
    expect(store.countStoredBytes(TENANT)).toBe(0);
  });

  test("is left out where it is damaged, and all else is read", async () => {
    for (let revision = 0; revision < 3; revision += 1) await put({ revision });
    change("UPDATE baseline_changes SET content = '{' WHERE revision = 3");
    change(`UPDATE baseline_changes SET content = '{"runs":"many"}' WHERE revision = 2`);

    expect(store.listChanges(1, { after: undefined, limit: 9 }).items).toMatchObject([
      { revision: 1 },
    ]);
    expect(damage).toEqual([
      "baseline_changes 3: content: no JSON",
      expect.stringContaining("baseline_changes 2: runs"),
    ]);
  });
});

interface PutOptions {
  readonly key?: string;
  readonly revision: number;
  readonly runs?: number;
  readonly findingId?: string;
  readonly isNoted?: boolean;
}

function put({ key = "key", revision, runs = 1, findingId, isNoted = true }: PutOptions) {
  const content = { state: "learning", runs, document: new Uint8Array(100) } as const;
  const name = { tenant: TENANT, key, repository: "acme/app", workflow: null, job: "build" };
  const note = { ...NOTE, runs, findingId: findingId ?? null };
  return store.putBaseline({ name, content, revision, at: 5, ...(isNoted && { note }) });
}

function bytesOfBaseline(): number {
  return 256 + "key".length + 100;
}

function change(statement: string): void {
  using database = new DatabaseSync(join(directory, "events.db"), { timeout: 5_000 });
  database.exec(statement);
}
