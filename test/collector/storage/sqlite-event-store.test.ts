import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import type { WriterOptions } from "../../../collector/storage/sqlite/writer.ts";
import type {
  EventStore,
  NewBatch,
  NewRun,
  RunKey,
} from "../../../collector/stores/event-store.ts";
import type { RunQueries } from "../../../collector/stores/run-queries.ts";
import type { GuardEvent } from "../../../protocol/index.ts";

const TENANT = "default";
const MAC = "a".repeat(64);
const NO_KINDS: ReadonlySet<GuardEvent["kind"]> = new Set();
const NO_ROLLUP: NewBatch["rollup"] = {
  destinations: [],
  destinationsLeftOut: 0,
  names: [],
  namesLeftOut: 0,
  programs: [],
  programsLeftOut: 0,
  findings: [],
  drops: [],
  dropped: 0,
  stopped: undefined,
  kinds: NO_KINDS,
};

const SILENCE = {
  foundAt: 2_000,
  finding: { rule: "guard-silent", severity: "high", message: "It is silent." },
};

let directory: string;
let store: EventStore & RunQueries;
let faults: string[];
let ends: Error[];

beforeEach(async () => {
  [faults, ends] = [[], []];
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  store = await openSqliteEventStore(options());
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
    expect(store.findRuns("other", {}, { after: undefined, limit: 10 }).items).toEqual([]);
  });

  test("comes once in its list, the newest first, page by page", async () => {
    const ids = ["a", "b", "c", "d", "e"];
    // Two of each millisecond.
    for (const [index, id] of ids.entries()) {
      await store.startRun(newRun({ id, claimHash: id, startedAt: Math.floor(index / 2) }));
    }
    const seen: string[] = [];
    for (let after: RunKey | undefined, left = ids.length; left > 0; left -= 2) {
      const { items, next } = store.findRuns(TENANT, {}, { after, limit: 2 });
      seen.push(...items.map(({ id }) => id));
      after = next;
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
      [...store.listBatches("run", { afterSeq: 2, kind: null })].map(({ content }) =>
        String(Buffer.from(content)),
      ),
    ).toEqual(["two"]);
    expect([...store.listBatches("run", { afterSeq: 1, kind: null })]).toHaveLength(2);
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
    expect(faults).toEqual([
      "run run is not where batch 3 begins",
      "run run is not where batch 2 begins",
    ]);
  });

  test("is left out where it has nothing of the kind that is asked for", async () => {
    await store.startRun(newRun());
    for (const [index, kind] of (["heartbeat", "finding", "heartbeat"] as const).entries()) {
      const kinds = new Set([kind]);
      await store.appendBatch(newBatch({ firstSeq: index + 1, rollup: { ...NO_ROLLUP, kinds } }));
    }
    const list = (kind: string | null, afterSeq: number) =>
      [...store.listBatches("run", { afterSeq, kind })].map(({ firstSeq }) => firstSeq);

    expect([list("heartbeat", 0), list("finding", 0), list("posture", 0)]).toEqual([
      [1, 3],
      [2],
      [],
    ]);
    expect([list(null, 1), list("heartbeat", 2), list("heartbeat", 3)]).toEqual([[2, 3], [3], []]);
  });

  test("waits, counted, until it is on disk", async () => {
    await store.startRun(newRun());
    const stored = store.appendBatch(newBatch({ firstSeq: 1, content: Buffer.alloc(1_000) }));
    expect(store.load).toEqual({ writes: 1, bytes: 1_000 });
    await stored;

    expect(store.load).toEqual({ writes: 0, bytes: 0 });
    expect(store.findRun(TENANT, "run")?.bytes).toBe(1_000);
  });

  test("weighs, while it waits and in its run, what is stored beside it", async () => {
    await store.startRun(newRun());
    const destination = { host: "a.example", port: 443, transport: "tcp", verdict: "allowed" };
    const stored = store.appendBatch(
      newBatch({
        content: Buffer.alloc(20),
        deadLetters: { count: 3, first: [{ seq: 1, reason: "it is no JSON" }] },
        rollup: { ...NO_ROLLUP, destinations: [{ ...destination, day: "2026-01-31", count: 1 }] },
      }),
    );
    const { bytes } = store.load;
    await stored;

    expect([bytes, store.findRun(TENANT, "run")?.bytes]).toEqual([20 + 2_048, 20 + 2_048]);
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
      technique: null,
      evidence: null,
    };
    const rollup = { ...NO_ROLLUP, findings: [finding], dropped: 5 };
    await store.appendBatch(newBatch({ firstSeq: 1, count: 1, rollup }));
    await store.appendBatch(
      newBatch({
        firstSeq: 2,
        count: 2,
        rollup: {
          ...rollup,
          findings: [{ ...finding, count: 7 }],
          stopped: { seq: 3, exitCode: 86 },
        },
        deadLetters: { count: 2, first: [{ seq: 3, reason: "it is no JSON" }] },
      }),
    );

    expect(store.findRun(TENANT, "run")).toMatchObject({
      findings: 1,
      dropped: 10,
      deadLetters: 2,
      exitCode: 86,
    });
    const page = { after: undefined, limit: 10 };
    expect(store.findFindings(TENANT, { now: 0 }, page).items).toMatchObject([
      { runId: "run", id: "pipe-to-shell-1", count: 7 },
    ]);
  });
});

describe("a run that is live", () => {
  test.each<[string, number, string]>([
    ["was last seen too long ago", 999, "silent"],
    ["was seen since", 1_000, "live"],
    ["was seen at a time that is still to come", 2_001, "silent"],
  ])("and %s is marked so", async (_, startedAt, state) => {
    await store.startRun(newRun({ startedAt }));
    await store.markSilent({ ...SILENCE, earliest: 1_000, latest: 2_000 });

    expect(store.findRun(TENANT, "run")?.state).toBe(state);
  });

  test("ends where it is, and nowhere else", async () => {
    const goodbye = { mac: MAC, content: new Uint8Array([1, 2]) };
    await store.startRun(newRun());
    await store.appendBatch(newBatch({ firstSeq: 1, count: 2 }));

    await expect(
      store.finishRun({ runId: "run", lastSeq: 1, endedAt: 5, goodbye }),
    ).rejects.toMatchObject({
      code: "storage-failed",
    });
    await store.finishRun({ runId: "run", lastSeq: 2, endedAt: 5, goodbye });
    await store.markSilent({ ...SILENCE, earliest: 5_000, latest: 6_000 });
    expect(store.findRun(TENANT, "run")).toMatchObject({ state: "over", endedAt: 5, goodbye });
  });
});

test("a fact stays what it was at first", async () => {
  expect(await store.keepFact("key", "one")).toBe("one");
  expect(await store.keepFact("key", "two")).toBe("one");
});

describe("a directory", () => {
  test("that is there again has all of it", async () => {
    await store.startRun(newRun());
    await store.appendBatch(newBatch({ firstSeq: 1, count: 4 }));
    await store[Symbol.asyncDispose]();
    store = await openSqliteEventStore(options());

    expect(store.findRun(TENANT, "run")?.acknowledged).toBe(4);
  });

  test("of a newer version is left as it is", async () => {
    await store[Symbol.asyncDispose]();
    const database = new DatabaseSync(join(directory, "events.db"));
    database.exec("PRAGMA user_version = 1000");
    database.close();

    await expect(openSqliteEventStore(options())).rejects.toMatchObject({ code: "newer-schema" });
    rmSync(join(directory, "events.db"));
    store = await openSqliteEventStore(options());
  });

  test("whose database is none is named", async () => {
    await store[Symbol.asyncDispose]();
    writeFileSync(join(directory, "events.db"), "no database at all".repeat(100));

    await expect(openSqliteEventStore(options())).rejects.toMatchObject({
      code: "data-directory",
      message: expect.stringContaining(directory),
    });
    rmSync(join(directory, "events.db"));
    store = await openSqliteEventStore(options());
  });
});

function options(): WriterOptions {
  return { directory, onFault: (fault) => faults.push(fault), onEnd: (error) => ends.push(error) };
}

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
    deadLetters: { count: 0, first: [] },
    rollup: NO_ROLLUP,
    ...change,
  };
}
