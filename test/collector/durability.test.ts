/** What was acknowledged is there again, whatever happens to the collector and its disk. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { type CollectorProcess, startCollectorProcess } from "./support/collector-process.ts";
import { ask, GuardClient, heartbeat } from "./support/guard-client.ts";

const TOKENS = { agentToken: "agent-token-of-the-test", adminToken: "admin-token-of-the-test" };
const KILLS = 3;
const GUARDS = 4;
const TIMEOUT_MS = 120_000;
const DISK_BYTES = 2_097_152;
const BATCH_BYTES = 32_768;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  spawnSync("umount", [join(directory, "disk")]);
  rmSync(directory, { recursive: true, force: true });
});

test(
  "killed at any moment it has lost nothing that it acknowledged, and says that it was",
  { timeout: TIMEOUT_MS },
  async () => {
    const dataDir = join(directory, "data");
    const claims = Array.from({ length: GUARDS }, (_, index) => String(index).repeat(64));
    for (let kill = 0; kill < KILLS; kill += 1) {
      await using collector = await startCollectorProcess({ dataDir, ...TOKENS });
      const guards = await Promise.all(
        claims.map((claim) => GuardClient.start(collector.url, TOKENS.agentToken, claim)),
      );
      const sending = guards.map((guard) => sendUntilGone(guard));
      // Between no batch and some hundreds.
      setTimeout(() => void collector.end("SIGKILL"), Math.random() * 300);
      const acknowledged = await Promise.all(sending);

      await using next = await startCollectorProcess({ dataDir, ...TOKENS });
      const hasWritten = guards.some(({ run }, at) => (acknowledged[at] ?? 0) > run.acknowledged);
      // It may have been killed before it wrote.
      expect(next.said()).toMatch(
        hasWritten ? /the one before did not end by itself: \d+ bytes/ : /ready: /,
      );
      for (const [index, { run }] of guards.entries()) {
        const { events, seqs } = await readRun(next, run.runId);
        expect(events).toBeGreaterThanOrEqual(acknowledged[index] ?? 0);
        expect(seqs).toEqual(Array.from({ length: events }, (_, at) => at + 1));
      }
      expect(await next.end("SIGTERM")).toEqual([0, null]);
    }
  },
);

describe.skipIf(!requires.mounts.available)(`a disk${requires.mounts.note}`, () => {
  test("that is full is said to be, keeps what was acknowledged, and is used again when there is room", async () => {
    const disk = mountDisk();
    const filler = join(disk, "filler");
    await using collector = await startCollectorProcess({ dataDir: join(disk, "data"), ...TOKENS });
    const guard = await GuardClient.start(collector.url, TOKENS.agentToken);
    await guard.send({ firstSeq: 1, lines: [heartbeat(1)] });
    fill(filler);
    let seq = 2;
    while ((await guard.send({ firstSeq: seq, lines: [heartbeat(seq)] })).status === 200) seq += 1;
    const refused = await guard.send({ firstSeq: seq, lines: [heartbeat(seq)] });
    const notReady = await ask(collector.url, TOKENS.adminToken, "/readyz");
    const toProbe = await fetch(new URL("/readyz", collector.url));
    rmSync(filler);
    const again = await guard.send({ firstSeq: seq, lines: [heartbeat(seq)] });

    expect(refused).toMatchObject({
      status: 503,
      body: { error: { code: "storage-failed" } },
      retryAfter: "1",
    });
    expect(notReady).toMatchObject({ status: 503, body: { status: "not ready" } });
    expect([toProbe.status, await toProbe.json()]).toEqual([503, { status: "not ready" }]);
    expect(again).toMatchObject({ status: 200 });
    expect(collector.said()).toContain("could not store: database or disk is full");
    expect((await readRun(collector, guard.run.runId)).events).toBe(seq);
    expect(await collector.end("SIGTERM")).toEqual([0, null]);
  });

  test("that became read-only is said to be, and is no place to start in", async () => {
    const disk = mountDisk();
    const dataDir = join(disk, "data");
    await using collector = await startCollectorProcess({ dataDir, ...TOKENS });
    const guard = await GuardClient.start(collector.url, TOKENS.agentToken);
    await guard.send({ firstSeq: 1, lines: [heartbeat(1)] });
    await collector.end("SIGKILL");
    spawnSync("mount", ["-o", "remount,ro", disk]);

    await expect(startCollectorProcess({ dataDir, ...TOKENS })).rejects.toThrow(
      `${dataDir}: cannot be written to: `,
    );
  });
});

test("a damaged page is told of, and ends nothing", async () => {
  const dataDir = join(directory, "data");
  const first = await startCollectorProcess({ dataDir, ...TOKENS });
  const guard = await GuardClient.start(first.url, TOKENS.agentToken);
  // Most of the file is theirs then.
  for (let seq = 1; seq <= 50; seq += 1)
    await guard.send({ firstSeq: seq, lines: [randomBytes(BATCH_BYTES).toString("base64")] });
  await first.end("SIGTERM");
  damage(join(dataDir, "events.db"));
  await using collector = await startCollectorProcess({ dataDir, ...TOKENS });
  const reply = await ask(collector.url, TOKENS.adminToken, `/v1/runs/${guard.run.runId}/events`);

  expect(reply).toMatchObject({ status: 503, body: { error: { code: "storage-failed" } } });
  expect(await ask(collector.url, "", "/healthz")).toMatchObject({ status: 200 });
});

/** The last seq that was acknowledged. */
async function sendUntilGone(guard: GuardClient): Promise<number> {
  let { acknowledged } = guard.run;
  try {
    for (;;) {
      const seq = acknowledged + 1;
      const { status } = await guard.send({ firstSeq: seq, lines: [heartbeat(seq)] });
      if (status !== 200) throw new Error(`refused with ${status}`);
      acknowledged = seq;
    }
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("refused")) throw error;
    return acknowledged;
  }
}

async function readRun({ url }: CollectorProcess, runId: string) {
  const { adminToken } = TOKENS;
  const path = `/v1/runs/${runId}`;
  const run = await ask(url, adminToken, path);
  const seqs: number[] = [];
  for (let cursor = ""; cursor !== "null";) {
    const from = cursor === "" ? "" : `&cursor=${cursor}`;
    const { body } = await ask(url, adminToken, `${path}/events?limit=1000${from}`);
    const items: unknown = Reflect.get(Object(body), "items");
    cursor = String(Reflect.get(Object(body), "nextCursor"));
    if (!Array.isArray(items)) throw new Error(`no list: ${JSON.stringify(body)}`);
    seqs.push(...items.map((item: unknown) => Number(Reflect.get(Object(item), "seq"))));
  }
  return { events: Number(Reflect.get(Object(run.body), "events")), seqs };
}

function mountDisk(): string {
  const disk = join(directory, "disk");
  mkdirSync(disk);
  const { stderr, status } = spawnSync(
    "mount",
    ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", disk],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return disk;
}

function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096));
  } catch {
    closeSync(file);
  }
}

/** Where batches lie: behind the pages of the schema, and of what is read at the start. */
function damage(path: string): void {
  const { size } = statSync(path);
  const content = readFileSync(path);
  content.fill(0xff, Math.floor(size / 3));
  writeFileSync(path, content);
}
