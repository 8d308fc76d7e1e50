/** What is too old goes by a command, and by itself; what a tenant may have stored is bounded. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readServeConfig, type ServeFlags } from "../../../collector/config.ts";
import { keepKeys } from "../../../collector/identity/key-file.ts";
import { signRemoval } from "../../../collector/ingest/removal-signature.ts";
import { createCheckQuota, parseStoredQuotas } from "../../../collector/ingest/stored-quota.ts";
import { prune } from "../../../collector/maintenance/prune.ts";
import { verifyRun } from "../../../collector/maintenance/verify-run.ts";
import type { Removed } from "../../../collector/retention/remove-old.ts";
import { USUAL_RULES } from "../../../collector/retention/retention-ages.ts";
import { startRetention } from "../../../collector/retention/start-retention.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import { startCollectorProcess } from "../support/collector-process.ts";
import { ask, GuardClient, heartbeat, newClaim, startRequest } from "../support/guard-client.ts";
import { storeSignedRun } from "../support/signed-run.ts";

const COMMAND = join(import.meta.dirname, "../../../bin/runner-guard-collector");
const TOKENS = { agentToken: "agent-token-of-the-test", adminToken: "admin-token-of-the-test" };
/** Commands are started that take their time on a machine that has much to do. */
const TIMEOUT = { timeout: 120_000 };
const DAY = 86_400_000;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test(
  "what would be removed is told beside a running collector, and removed when there is none",
  TIMEOUT,
  async () => {
    await storeOldRun();
    await using collector = await startCollectorProcess({ dataDir: directory, ...TOKENS });
    const dry = spawnSync(COMMAND, ["prune", "--dry-run", "--data-dir", directory], {
      encoding: "utf8",
    });
    const { signal } = new AbortController();
    const rules = { usual: { events: 60, runs: 400, audit: 400 }, ofTenants: new Map() };
    const options = { dataDir: directory, rules, isDry: false, signal };
    await expect(prune(options)).rejects.toThrow("another collector keeps its data there");
    await expect(prune({ ...options, dataDir: "/none" })).rejects.toThrow(
      "/none: there is no such",
    );
    await collector.end("SIGTERM");

    expect([dry.status, dry.stdout]).toEqual([
      0,
      expect.stringMatching(/^would be removed: 2 batches \(\d+ bytes\), 0 runs, 0 counts/),
    ]);
    expect(await prune(options)).toMatchObject({ batches: 1, runs: 0 });
    expect(verifyRun(directory, "run")).toMatchObject({
      batches: 2,
      fault: undefined,
      removedEvents: 1,
    });
  },
);

test("what is too old goes by itself at its time", async () => {
  await storeOldRun();
  const [masterKey = Buffer.alloc(32)] = keepKeys(directory, true);
  await using store = await openStore();
  const { promise, resolve, reject } = Promise.withResolvers<Removed>();
  await using retention = startRetention({
    store,
    rules: USUAL_RULES,
    pattern: "* * * * * *",
    sign: ({ id }, removal) => signRemoval(masterKey, id, removal),
    now: Date.now,
    uptime: () => performance.now(),
    onRemoved: resolve,
    onFault: reject,
  });

  expect(await promise).toMatchObject({ batches: 2, runs: 0 });
  expect(retention).toBeDefined();
});

test(
  "a tenant that has stored what it may is told so, and goes on when there is room",
  TIMEOUT,
  async () => {
    const args = ["--max-stored", "1MiB"];
    await using collector = await startCollectorProcess({ dataDir: directory, ...TOKENS, args });
    const guard = await GuardClient.start(collector.url, TOKENS.agentToken);
    const sent = [await send(1), await send(2), await send(3)];
    const start = await ask(
      collector.url,
      TOKENS.agentToken,
      "/v1/runs",
      JSON.stringify(startRequest(newClaim())),
    );
    await collector.end("SIGTERM");
    await using roomier = await startCollectorProcess({ dataDir: directory, ...TOKENS });
    const again = guard.resumeAt(roomier.url);

    const refused = {
      status: 429,
      retryAfter: "60",
      body: {
        error: {
          code: "quota-exceeded",
          message: expect.stringContaining("has stored the 1048576 bytes that it may have"),
        },
      },
    };
    expect(sent).toMatchObject([{ status: 200 }, { status: 200 }, refused]);
    expect(start).toMatchObject(refused);
    expect(await again.send({ firstSeq: 3, lines: [heartbeat(3)] })).toMatchObject({ status: 200 });

    function send(seq: number) {
      return guard.send({ firstSeq: seq, lines: [toLongLine(seq)] });
    }
  },
);

test.each([
  ["", "acme", 256 * 1_024 ** 3],
  ["5MiB", "acme", 5 * 1_024 ** 2],
  ["1TiB; acme=2GiB", "acme", 2 * 1_024 ** 3],
])("%j lets %s have so many bytes and no more", (text, tenant, bytes) => {
  const quotas = parseStoredQuotas(text);
  if (typeof quotas === "string") throw new Error(quotas);
  const check = (stored: number) =>
    createCheckQuota(quotas, { countStoredBytes: () => stored }, () => 0)(tenant);

  expect(() => check(bytes - 1)).not.toThrow();
  expect(() => check(bytes)).toThrow(`has stored the ${bytes} bytes`);
});

test("a tenant that is far from his quota is looked at ten times a second, and one that is near each time", () => {
  const quotas = parseStoredQuotas("far=4GiB;near=1GiB");
  if (typeof quotas === "string") throw new Error(quotas);
  let at = 0;
  const looked: string[] = [];
  const countStoredBytes = (tenant: string): number => {
    looked.push(tenant);
    return 1;
  };
  const check = createCheckQuota(quotas, { countStoredBytes }, () => at);
  for (at of [0, 50, 99, 100]) for (const tenant of ["far", "near"]) check(tenant);

  expect(looked).toEqual(["far", "near", "near", "near", "far", "near"]);
});

test.each(["5", "5GB", "acme:5GiB", "=5GiB", "5GiB;x"])("%j is no quota", (text) => {
  expect(parseStoredQuotas(text)).toContain("write 256GiB, or acme=10GiB");
});

test.each<[ServeFlags, string]>([
  [{ keep: "events=0" }, "--keep: "],
  [{ pruneAt: "61 * * * *" }, "--prune-at: "],
  [{ pruneAt: "* * * * * *" }, "--prune-at: it has not the five fields of cron; write one such as"],
  [{ maxStored: "much" }, "--max-stored: "],
])("%j is refused with what is wrong", (flags, message) => {
  expect(() => readServeConfig(flags, {})).toThrow(message);
});

/** Batches that came 90 and 40 days ago, and now. */
async function storeOldRun(): Promise<void> {
  const [masterKey = Buffer.alloc(32)] = keepKeys(directory, false);
  await using store = await openStore();
  await storeSignedRun(store, {
    id: "run",
    masterKey,
    startedAt: Date.now() - 90 * DAY,
    isOver: true,
    batches: [90, 40, 0].map((days) => ({
      at: Date.now() - days * DAY,
      events: [{ kind: "heartbeat", sensors: [] }],
    })),
  });
}

function openStore() {
  return openSqliteEventStore({ directory, onFault: () => {}, onEnd: () => {} });
}

function toLongLine(seq: number): string {
  return JSON.stringify({ ...Object(JSON.parse(heartbeat(seq))), filler: randomText(900_000) });
}

/** That packs to hardly less. */
function randomText(length: number): string {
  let text = "";
  while (text.length < length) text += Math.random().toString(36).slice(2);
  return text.slice(0, length);
}
