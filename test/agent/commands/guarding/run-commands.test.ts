/** What operators asked of the guard before this one is in force without the collector, and of one that ends nothing is done. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { toCollectorTarget } from "../../../../agent/commands/guarding/collector-target.ts";
import type { CommandedGuard } from "../../../../agent/commands/guarding/command-handlers.ts";
import { createEventDelivery } from "../../../../agent/commands/guarding/event-delivery.ts";
import {
  createRunCommands,
  type RunCommands,
} from "../../../../agent/commands/guarding/run-commands.ts";

const MODE = { requested: "audit", effective: "audit", reasons: [] } as const;
/** Nobody listens there. */
const AWAY = "http://127.0.0.1:1";

let spool: string;
let told: string[];
beforeEach(() => {
  spool = mkdtempSync(join(tmpdir(), "spool-"));
  told = [];
});
afterEach(() => rmSync(spool, { recursive: true, force: true }));

test("what was tightened is in force again, whether the collector is there or not", async () => {
  plant(JSON.stringify(toRecord([{ deny: ["evil.example"] }, { mode: "block" }])));
  await restart();

  expect(told).toEqual([
    'tighten: {"deny":["evil.example"]}',
    "noted: the guard before this one, deny evil.example",
    'tighten: {"deny":[],"mode":"block"}',
    "noted: the guard before this one, mode block",
  ]);
});

test("what cannot be in force again is told, and all else is", async () => {
  plant(
    JSON.stringify(
      toRecord([{ mode: "audit" }, { deny: ["broken.example"] }, { deny: ["evil.example"] }]),
    ),
  );
  await restart();

  expect(told.filter((one) => one.startsWith("warned"))).toEqual([
    expect.stringContaining("is not in force"),
    expect.stringContaining("the kernel does not answer"),
  ]);
  expect(told.filter((one) => one.startsWith("tampered"))).toEqual([
    expect.stringContaining("weaker"),
    expect.stringContaining("is not in force"),
    expect.stringContaining("the kernel does not answer"),
  ]);
  expect(told).toContain('tighten: {"deny":["evil.example"]}');
});

test("a journal that is none is told of", async () => {
  plant('{"taken":');
  await restart();

  expect(told).toEqual([
    expect.stringMatching(/^warned.*is not in force/),
    expect.stringMatching(/^tampered.*is not in force/),
  ]);
});

test("a run that is told of after the end is not listened to", async () => {
  const asked: string[] = [];
  const commands = createRunCommands({ target: toTarget(), guard: createGuard(), warn });
  await commands[Symbol.asyncDispose]();
  commands.listen(
    { runId: "late", uploadKey: "ab".repeat(32), acknowledged: 0, lastMac: "" },
    {
      directory: undefined,
      connect(host, port) {
        asked.push(`${host}:${port}`);
        return Promise.reject(new Error("nobody is there"));
      },
    },
  );
  // One that was begun has asked by the time that it has ended.
  await commands[Symbol.asyncDispose]();

  expect(asked).toEqual([]);
});

test("what operators want of every such run is done once, however often the collector tells it", async () => {
  await using commands = createRunCommands({ target: toTarget(), guard: createGuard(), warn });
  for (const _ of [1, 2, 3]) tellRun(commands, { deny: ["evil.example"] });
  await expect.poll(() => told).toContain("noted: admin, deny evil.example");
  tellRun(commands, { mode: "block" });
  await expect.poll(() => told).toContain("noted: admin, mode block");

  expect(told).toEqual([
    'tighten: {"deny":["evil.example"]}',
    "noted: admin, deny evil.example",
    'tighten: {"deny":[],"mode":"block"}',
    "noted: admin, mode block",
  ]);
});

test.each([
  [{ mode: "audit" }, /weaker|laxer/],
  [{ deny: ["broken.example"] }, /the kernel does not answer/],
])("what of it cannot be had is told: %j", async (wanted, problem) => {
  await using commands = createRunCommands({ target: toTarget(), guard: createGuard(), warn });
  tellRun(commands, wanted);

  await expect
    .poll(() => told)
    .toContainEqual(expect.stringMatching(/^noted: admin.*not in force/));
  expect(told).toContainEqual(expect.stringMatching(/^warned: .*admin.*not in force/));
  expect(told.find((one) => one.startsWith("warned"))).toMatch(problem);
  expect(told.filter((one) => one.startsWith("tighten"))).toEqual([]);
});

test("of settings that there are none of nothing gets into a finding", async () => {
  await using commands = createRunCommands({ target: toTarget(), guard: createGuard(), warn });
  const hostile = `${"x".repeat(5_000)}<script>`;
  tellRun(commands, { deny: ["broken.example"], [hostile]: true });
  tellRun(commands, { [hostile]: true });

  await expect
    .poll(() => told.filter((one) => one.startsWith("noted")))
    .toEqual([
      "noted: admin, deny is not in force",
      "noted: admin, what this guard does not know is not in force",
    ]);
  expect(told.join("").length).toBeLessThan(3_000);
});

function tellRun(commands: RunCommands, tighten: Record<string, unknown>): void {
  const policy = { by: "admin", reason: "a campaign", at: "2026-01-31T12:00:00Z", tighten };
  commands.listen(
    { runId: "run", uploadKey: "ab".repeat(32), acknowledged: 0, lastMac: "", policy },
    { directory: undefined, connect: () => Promise.reject(new Error("nobody is there")) },
  );
}

async function restart(): Promise<void> {
  const target = toTarget();
  await using delivery = createEventDelivery({
    target,
    config: { spoolSizeMib: 1, spoolFull: "keep-oldest", flushTimeoutMs: 0 },
    spoolDirectory: spool,
    warn,
    redaction: { redactText: (text) => text },
  });
  await using commands = createRunCommands({ target, guard: createGuard(), warn });
  delivery.begin({
    guardRunId: "guard",
    version: "0.0.0",
    scope: "pod",
    mode: { ...MODE, reasons: [] },
    ci: null,
    connect: null,
    restore: commands.restore,
    onRun: commands.listen,
  });
  await delivery.restored();
}

function toTarget() {
  const target = toCollectorTarget(
    {
      collector: [AWAY],
      collectorTokenFile: undefined,
      collectorCa: undefined,
      collectorPlainHttp: false,
    },
    { token: "a-token-of-the-test" },
  );
  if (target === undefined) throw new Error("no target");
  return target;
}

function warn(message: string): void {
  told.push(`warned: ${message}`);
}

function createGuard(): CommandedGuard {
  return {
    endJob: async () => 0,
    enforcement: () => ({ mechanism: "nftables", builtIn: [] }),
    async tighten(tightening) {
      if (tightening.deny?.includes("broken.example") === true) {
        throw new Error("the kernel does not answer");
      }
      told.push(`tighten: ${JSON.stringify(tightening)}`);
      return { status: "done" };
    },
    noteTightening: ({ by }, what, problem) =>
      told.push(`noted: ${by}, ${what}${problem === undefined ? "" : " is not in force"}`),
    noteTampering: (message) => told.push(`tampered: ${message}`),
  };
}

function toRecord(tightened: readonly Record<string, unknown>[]) {
  const { length } = tightened;
  return { runId: "run", taken: length, settled: length, outcomes: [], tightened };
}

/** As a guard of a pod leaves it that was killed. */
function plant(journal: string): void {
  const path = join(spool, "0-killed");
  mkdirSync(path, { mode: 0o700 });
  const request = {
    guardRunId: "guard",
    claim: "ab".repeat(32),
    version: "0.0.0",
    scope: "pod",
    mode: MODE,
    ci: null,
  };
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  writeFileSync(join(path, "lock"), "");
  writeFileSync(join(path, "run.json"), JSON.stringify({ request, bootId }));
  writeFileSync(join(path, "commands.json"), journal);
}
