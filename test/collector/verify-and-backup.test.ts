import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { backUp } from "../../collector/maintenance/back-up.ts";
import { verifyRun } from "../../collector/maintenance/verify-run.ts";
import { type CollectorProcess, startCollectorProcess } from "./support/collector-process.ts";
import { ask, GuardClient, heartbeat, stopped } from "./support/guard-client.ts";

const TOKENS = { agentToken: "agent-token-of-the-test", adminToken: "admin-token-of-the-test" };
const COMMAND = join(import.meta.dirname, "../../bin/runner-guard-collector");

/** Commands are started that take their time on a machine that has much to do. */
const TIMEOUT = { timeout: 120_000 };

let directory: string;
let collector: CollectorProcess;
let guard: GuardClient;
let ended: GuardClient;
let copies = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await startCollectorProcess({ dataDir: join(directory, "data"), ...TOKENS });
  guard = await GuardClient.start(collector.url, TOKENS.agentToken);
  for (let seq = 1; seq <= 9; seq += 3) {
    await guard.send({
      firstSeq: seq,
      lines: [heartbeat(seq), "no event", heartbeat(seq + 2)],
    });
  }
  ended = await GuardClient.start(collector.url, TOKENS.agentToken);
  await ended.send({ firstSeq: 1, lines: [heartbeat(1)] });
  await ended.send({ firstSeq: 2, lines: [stopped(2)] });
  await ended.finish(2);
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

describe("a run is verified", () => {
  test("while its collector is at work", () => {
    const { status, stdout } = spawnSync(
      COMMAND,
      ["verify", guard.run.runId, "--data-dir", join(directory, "data")],
      { encoding: "utf8" },
    );

    expect([status, stdout]).toEqual([
      0,
      `${guard.run.runId}: 9 events in 3 batches: whole so far; it is live, and no goodbye says that nothing followed\n`,
    ]);
  });

  test.each<[string, string, string]>([
    [
      "whose content was changed",
      "UPDATE batches SET content = zeroblob(length(content)) WHERE first_seq = 4",
      "batch 4 is not what its guard signed",
    ],
    ["that was left out", "DELETE FROM batches WHERE first_seq = 4", "batch 4 is missing"],
    [
      "that was the last",
      "DELETE FROM batches WHERE first_seq = 7",
      "what follows on 6 is missing: 9 were acknowledged",
    ],
    [
      "that was put in another's place",
      "UPDATE batches SET (content, mac) = (SELECT content, mac FROM batches WHERE first_seq = 1) WHERE first_seq = 4",
      "batch 4 is not what its guard signed",
    ],
    [
      "that is said to have fewer dead letters",
      "UPDATE runs SET dead_letters = 0",
      "0 lines were said to be no events, and 3 are none",
    ],
    [
      "whose row holds what none does",
      "UPDATE batches SET encoding = 'rot13' WHERE first_seq = 4",
      "batch 4 is no batch: encoding",
    ],
    [
      "of a run whose row holds what none does",
      "UPDATE runs SET ci = '{'",
      "its row is no run: ci: it is no JSON",
    ],
  ])("and a batch %s is told of", (_, statement, fault) => {
    const copy = copyData();
    const database = new DatabaseSync(join(copy, "events.db"));
    database.exec(statement);
    database.close();

    expect(verifyRun(copy, guard.run.runId).fault).toContain(fault);
  });

  test.each<[string, (file: string) => void, string]>([
    ["is missing", (file) => rmSync(file), "unable to open database file"],
    ["is none", (file) => writeFileSync(file, "none".repeat(1_000)), "file is not a database"],
    ["is damaged", damageBatches, "database disk image is malformed"],
    ["has no tables", (file) => writeFileSync(file, ""), "no such table: runs"],
  ])("and data whose database %s is said to be so", (_, damage, reason) => {
    const copy = copyData();
    damage(join(copy, "events.db"));

    expect(() => verifyRun(copy, guard.run.runId)).toThrow(
      expect.objectContaining({
        code: "data-directory",
        message: `${copy}: what is stored there cannot be read: ${reason}`,
      }),
    );
  });

  test("to its end, which its guard has signed", () => {
    const copy = copyData();
    const { runId } = ended.run;
    const verify = () => {
      const { status, stdout } = spawnSync(COMMAND, ["verify", runId, "--data-dir", copy], {
        encoding: "utf8",
      });
      return [status, stdout];
    };
    const change = (statement: string): void => {
      using database = new DatabaseSync(join(copy, "events.db"));
      database.prepare(statement).run(runId);
    };

    expect(verify()).toEqual([0, `${runId}: 2 events in 2 batches: whole\n`]);
    change("DELETE FROM batches WHERE run = ? AND first_seq = 2");
    change(
      "UPDATE runs SET (acknowledged, last_mac) = (SELECT first_seq, mac FROM batches WHERE run = id) WHERE id = ?",
    );
    expect(verify()).toEqual([
      1,
      `${runId}: 1 events in 1 batches: the goodbye is not what its guard signed behind event 1\n`,
    ]);
    change("UPDATE runs SET goodbye = NULL WHERE id = ?");
    expect(verify()).toEqual([
      0,
      `${runId}: 1 events in 1 batches: whole so far; it is over, and no goodbye says that nothing followed\n`,
    ]);
  });

  test("that there is", () => {
    expect(() => verifyRun(copyData(), "none")).toThrow("none: there is no such run");
  });
});

describe("a backup", () => {
  test("that was made while the collector took batches goes on where it was", async () => {
    const copy = copyData();
    await using restored = await startCollectorProcess({ dataDir: copy, ...TOKENS });
    const { body } = await ask(restored.url, TOKENS.adminToken, `/v1/runs/${guard.run.runId}`);

    expect(body).toMatchObject({ events: 9, deadLetters: 3, state: "live" });
  });

  test(
    "that was made under load has all that was acknowledged before, and every run of it is whole",
    TIMEOUT,
    async () => {
      const guards = await Promise.all(
        Array.from({ length: 4 }, () => GuardClient.start(collector.url, TOKENS.agentToken)),
      );
      const controller = new AbortController();
      const sending = guards.map((sender) => sendUntil(sender, controller.signal));
      for (const { lastSent } of guards) await expect.poll(lastSent).toBeGreaterThan(3);
      const before = guards.map(({ lastSent }) => lastSent());
      copies += 1;
      const copy = join(directory, `copy-${copies}`);
      const [status] = await once(
        spawn(COMMAND, ["backup", copy, "--data-dir", join(directory, "data")], {
          stdio: "ignore",
        }),
        "exit",
      );
      controller.abort();
      const after = await Promise.all(sending);
      const verdicts = guards.map(({ run }) => verifyRun(copy, run.runId));
      await using restored = await startCollectorProcess({ dataDir: copy, ...TOKENS });
      const events = await Promise.all(
        guards.map(async ({ run }) => {
          const { body } = await ask(restored.url, TOKENS.adminToken, `/v1/runs/${run.runId}`);
          return Number(Reflect.get(Object(body), "events"));
        }),
      );

      expect(status).toBe(0);
      expect(verdicts.map(({ fault }) => fault)).toEqual(guards.map(() => undefined));
      expect(verdicts.map((verdict) => verdict.events)).toEqual(events);
      for (const [index, count] of events.entries()) {
        expect(count).toBeGreaterThanOrEqual(before[index] ?? 0);
        expect(count).toBeLessThanOrEqual(after[index] ?? 0);
      }
    },
  );

  test("is never made over another one", () => {
    const copy = copyData();

    expect(() => backUp(join(directory, "data"), copy)).toThrow(
      `${copy}: the backup cannot be made: it is there already`,
    );
  });

  test("that fails leaves nothing behind, least of all the key, and can be made again", () => {
    const data = copyData();
    const folder = join(directory, "failed");
    mkdirSync(folder);
    renameSync(join(data, "events.db"), join(data, "aside.db"));
    writeFileSync(join(data, "events.db"), "none".repeat(1_000));

    expect(() => backUp(data, join(folder, "backup/"))).toThrow("file is not a database");
    expect(readdirSync(folder)).toEqual([]);
    renameSync(join(data, "aside.db"), join(data, "events.db"));
    backUp(data, join(folder, "backup/"));
    expect(readdirSync(folder)).toEqual(["backup"]);
    expect(verifyRun(join(folder, "backup"), guard.run.runId).fault).toBeUndefined();
    expect(statSync(join(folder, "backup")).mode & 0o777).toBe(0o700);
  });
});

/** The last number that was acknowledged. */
async function sendUntil(sender: GuardClient, signal: AbortSignal): Promise<number> {
  let seq = sender.lastSent();
  while (!signal.aborted) {
    const { status } = await sender.send({ firstSeq: seq + 1, lines: [heartbeat(seq + 1)] });
    if (status !== 200) throw new Error(`refused with ${status}`);
    seq += 1;
  }
  return seq;
}

/** Overwrites the page that all of them are in. */
function damageBatches(file: string): void {
  using database = new DatabaseSync(file);
  const page = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'batches'").get();
  const size = Number(database.prepare("PRAGMA page_size").get()?.["page_size"]);
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, Buffer.alloc(size, 0xff), 0, size, (Number(page?.["rootpage"]) - 1) * size);
  closeSync(descriptor);
}

function copyData(): string {
  copies += 1;
  const copy = join(directory, `copy-${copies}`);
  backUp(join(directory, "data"), copy);
  return copy;
}
