import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { EventStore, NewBatch, NewRun } from "../../../collector/event-store.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";

const TENANT = "default";
const MAC = "a".repeat(64);

let directory: string;
let store: EventStore;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  store = await openSqliteEventStore(directory);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

describe("a run", () => {
  test("is kept as it was started, and found by its name and its claim", async () => {
    const run = newRun({ ci: { provider: "github-actions", repository: "acme/app" } });
    await store.startRun(run);

    expect(store.findRun(TENANT, run.id)).toMatchObject({
      ...run,
      state: "live",
      acknowledged: 0,
      lastMac: "",
    });
    expect(store.findClaim(TENANT, run.claimHash)?.id).toBe(run.id);
  });

  test("is nobody else's", async () => {
    const run = newRun();
    await store.startRun(run);

    expect(store.findRun("other", run.id)).toBeUndefined();
    expect(store.findClaim("other", run.claimHash)).toBeUndefined();
    expect(store.listRuns("other", { after: undefined, limit: 10 })).toEqual([]);
  });

  test("comes once in its list, the newest first, page by page", async () => {
    const ids = ["a", "b", "c", "d", "e"];
    // Two of each millisecond.
    for (const [index, id] of ids.entries()) {
      await store.startRun(newRun({ id, claimHash: id, startedAt: Math.floor(index / 2) }));
    }
    const seen: string[] = [];
    for (let page = store.listRuns(TENANT, { after: undefined, limit: 2 }); page.length > 0;) {
      seen.push(...page.map(({ id }) => id));
      page = store.listRuns(TENANT, { after: page.at(-1), limit: 2 });
    }

    expect(seen).toEqual(["e", "d", "c", "b", "a"]);
  });
});

describe("a batch", () => {
  test("is on disk when that is promised, as it was sent, and the run goes on behind it", async () => {
    await store.startRun(newRun());
    await store.appendBatch(newBatch({ firstSeq: 1, count: 2, content: Buffer.from("one") }));
    await store.appendBatch(newBatch({ firstSeq: 3, count: 1, content: Buffer.from("two") }));

    expect(
      [...store.listBatches("run", 2)].map(({ content }) => String(Buffer.from(content))),
    ).toEqual(["two"]);
    expect([...store.listBatches("run", 1)]).toHaveLength(2);
    expect(store.findBatch("run", 1)?.mac).toBe(MAC);
    expect(store.findRun(TENANT, "run")).toMatchObject({ acknowledged: 3, lastMac: MAC });
  });

  test("that would leave a gap is refused, and what was asked for with it is stored", async () => {
    await store.startRun(newRun());
    const results = await Promise.allSettled([
      store.appendBatch(newBatch({ firstSeq: 1, count: 1 })),
      store.appendBatch(newBatch({ firstSeq: 3, count: 1 })),
      store.appendBatch(newBatch({ firstSeq: 2, count: 1 })),
      store.appendBatch(newBatch({ firstSeq: 2, count: 1 })),
    ]);

    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
    ]);
    expect(store.findRun(TENANT, "run")?.acknowledged).toBe(2);
  });

  test("counts what it says: findings once however often they are told, losses, what was no event", async () => {
    await store.startRun(newRun());
    const finding = {
      id: "pipe-to-shell-1",
      rule: "pipe-to-shell",
      severity: "high" as const,
      message: "sh got its program from curl",
      response: "report" as const,
      count: 1,
      firstSeen: "2026-01-31T12:00:00.000001Z",
      lastSeen: "2026-01-31T12:00:00.000001Z",
    };
    const rollup = { destinations: [], findings: [finding], dropped: 5, stopped: undefined };
    await store.appendBatch(newBatch({ firstSeq: 1, count: 1, rollup }));
    await store.appendBatch(
      newBatch({
        firstSeq: 2,
        count: 2,
        rollup: { ...rollup, findings: [{ ...finding, count: 7 }], stopped: { exitCode: 86 } },
        deadLetters: [{ seq: 3, reason: "it is no JSON" }],
      }),
    );

    expect(store.findRun(TENANT, "run")).toMatchObject({
      findings: 1,
      dropped: 10,
      deadLetters: 1,
      exitCode: 86,
    });
    expect(store.listFindings(TENANT, { after: undefined, limit: 10 })).toMatchObject([
      { runId: "run", id: "pipe-to-shell-1", count: 7 },
    ]);
  });
});

describe("a directory", () => {
  test("that is there again has all of it", async () => {
    await store.startRun(newRun());
    await store.appendBatch(newBatch({ firstSeq: 1, count: 4 }));
    await store[Symbol.asyncDispose]();
    store = await openSqliteEventStore(directory);

    expect(store.findRun(TENANT, "run")?.acknowledged).toBe(4);
  });

  test("of a newer version is left as it is", async () => {
    await store[Symbol.asyncDispose]();
    const database = new DatabaseSync(join(directory, "events.db"));
    database.exec("PRAGMA user_version = 1000");
    database.close();

    await expect(openSqliteEventStore(directory)).rejects.toMatchObject({ code: "newer-schema" });
    rmSync(join(directory, "events.db"));
    store = await openSqliteEventStore(directory);
  });

  test("whose database is none is named", async () => {
    await store[Symbol.asyncDispose]();
    writeFileSync(join(directory, "events.db"), "no database at all".repeat(100));

    await expect(openSqliteEventStore(directory)).rejects.toMatchObject({
      code: "data-directory",
      message: expect.stringContaining(directory),
    });
    rmSync(join(directory, "events.db"));
    store = await openSqliteEventStore(directory);
  });
});

function newRun(change: Partial<NewRun> = {}): NewRun {
  return {
    id: "run",
    tenant: TENANT,
    guardRunId: "guard",
    claimHash: "claim",
    version: "0.1.0",
    scope: "command",
    requestedMode: "audit",
    effectiveMode: "audit",
    ci: null,
    startedAt: 1_000,
    ...change,
  };
}

function newBatch(change: Partial<NewBatch>): NewBatch {
  return {
    runId: "run",
    firstSeq: 1,
    count: 1,
    mac: MAC,
    encoding: "identity",
    content: Buffer.from("{}\n"),
    receivedAt: 2_000,
    deadLetters: [],
    rollup: { destinations: [], findings: [], dropped: 0, stopped: undefined },
    ...change,
  };
}
