/** What lies in a spool was put there by whoever may write to it: a guard goes on whatever that is. */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openStream, type OpenedStream } from "../../../../agent/commands/guarding/open-stream.ts";
import { tryLock } from "../../../../agent/control/file-lock.ts";
import { toEventLines, toText } from "../../../../agent/stream/event-lines.ts";
import { pack } from "../../../../agent/stream/packing.ts";
import { openDiskStore } from "../../../../agent/stream/spool/disk-store.ts";
import {
  createRunDirectories,
  type RunDirectory,
} from "../../../../agent/stream/spool/run-directories.ts";
import { parseCollectorAddress } from "../../../../agent/stream/transport/collector-address.ts";
import type { GuardEvent, Mode, StartRunRequest } from "../../../../protocol/index.ts";
import { CollectorProcess } from "../../stream/support/collector-process.ts";

const MODE: Mode = { requested: "audit", effective: "audit", reasons: [] };
const STOPPED: GuardEvent = {
  seq: 1,
  observedAt: "2026-01-31T12:00:00.000001Z",
  kind: "guard-stopped",
  runId: "guard",
  exitCode: 0,
  signal: null,
  sensors: [],
};

let collector: CollectorProcess;
let spool: string;
let letGo: string[];
let left: { readonly path: string; readonly reason: string | undefined }[];

beforeAll(async () => {
  collector = await CollectorProcess.start();
});
afterAll(() => collector[Symbol.asyncDispose]());
beforeEach(() => {
  spool = mkdtempSync(join(tmpdir(), "spool-"));
  left = [];
  letGo = [];
});
afterEach(() => rmSync(spool, { recursive: true, force: true }));

describe.each(["command", "pod"] as const)("a %s's guard finds of a dead one", (scope) => {
  test("a folder that cannot be read: it is told of, and all else is sent", async () => {
    const broken = plant("0-broken", scope);
    symlinkSync("state", join(broken, "state"));
    fill(plant("1-good", "command"), pack(toEventLines([{ seq: 1, text: toText(STOPPED) }], 1)));
    {
      await using opened = open(scope);
      opened.stream.add(STOPPED);
      await opened.stream.finish(10_000);
      expect(opened.stream.delivery()).toMatchObject({ stored: 1, isComplete: true });
      await expect.poll(() => readdirSync(spool)).not.toContain("1-good");
    }

    expect(left).toEqual([{ path: broken, reason: expect.stringContaining("ELOOP") }]);
    expect(readdirSync(spool)).toEqual(["0-broken"]);
  });

  test("a batch that nothing can be made of: it is told as damaged", async () => {
    // Another number than is due: it has to be unpacked.
    fill(plant("0-garbled", scope), Buffer.from("nothing that is packed"), 7);
    const before = new Set((await collector.runs()).map(({ id }) => id));
    {
      await using opened = open("pod");
      opened.stream.add(STOPPED);
      await opened.stream.finish(10_000);
      expect(opened.stream.delivery()).toMatchObject({ stored: 1, isComplete: true });
      await expect.poll(() => readdirSync(spool)).toHaveLength(1);
    }
    const runs = (await collector.runs()).filter(({ id }) => !before.has(id));

    expect({ left, folders: readdirSync(spool) }).toEqual({ left: [], folders: [] });
    // The end of another run that does not go on tells of nothing.
    expect(runs.map(({ dropped }) => dropped)).toEqual(scope === "pod" ? [1] : [0, 0]);
  });
});

describe("a folder is nobody's that can be sent", () => {
  test("where its note is a link", () => {
    const path = plant("0-linked", "command");
    renameSync(join(path, "run.json"), join(spool, "note"));
    symlinkSync(join(spool, "note"), join(path, "run.json"));

    expect(takeDead()).toEqual([{ path, request: undefined }]);
  });

  test("where its note is a pipe, which is not waited for", async () => {
    const path = plant("0-pipe", "command");
    const pipe = join(path, "run.json");
    renameSync(pipe, join(spool, "note"));
    spawnSync("mkfifo", [pipe]);
    // So that whoever waits for the pipe has it.
    const writer = spawn("sh", ["-c", 'cat "$1" > "$2"', "sh", join(spool, "note"), pipe]);
    const taken = takeDead();
    writer.kill("SIGKILL");
    await once(writer, "exit");

    expect(taken).toEqual([{ path: join(spool, "0-pipe"), request: undefined }]);
  });
});

test("what dead guards left is kept as far as the bound goes, and what is gone is told", async () => {
  const now = Date.now();
  const half = Buffer.alloc(600_000);
  for (const [age, name] of [
    [40 * 86_400_000, "of-last-month"],
    [2_000, "older"],
    [1_000, "newer"],
  ] as const) {
    fill(plant(`${String(now - age).padStart(15, "0")}-${name}`, "command"), half);
  }
  await using opened = open("command");
  const kept = readdirSync(spool).filter((name) => !name.endsWith("guard"));

  expect(opened.stream.delivery().told).toBe(0);
  expect(kept).toEqual([expect.stringContaining("newer")]);
  expect(letGo).toEqual([
    expect.stringMatching(/last-month: it is too old$/),
    expect.stringMatching(/older: those that are newer or hold findings have all the room$/),
  ]);
});

test("a folder of its own that cannot be removed is told of", async () => {
  {
    await using opened = open("command");
    opened.stream.add(STOPPED);
    await opened.stream.finish(10_000);
    rmSync(spool, { recursive: true });
    symlinkSync(spool, spool);
  }

  expect(left).toEqual([
    { path: expect.stringContaining(spool), reason: expect.stringContaining("symbolic links") },
  ]);
});

function open(scope: StartRunRequest["scope"]): OpenedStream {
  const parsed = parseCollectorAddress(collector.url, false);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return openStream({
    target: {
      addresses: [parsed.address],
      openProof: () => () => collector.agentToken,
      authorities: undefined,
    },
    spoolDirectory: spool,
    maxBytes: 1_048_576,
    policy: "keep-oldest",
    beginning: { guardRunId: "guard", version: "0.0.0", scope, mode: MODE, ci: null },
    connect: connectPlainly,
    onTrouble: () => undefined,
    onTaken: () => undefined,
    onLetGo: (message) => letGo.push(message),
    onLeft: (path, reason) => left.push({ path, reason }),
  });
}

function takeDead(): Pick<RunDirectory, "path" | "request">[] {
  const dead = createRunDirectories({ directory: spool, bootId: "", tryLock }).takeDead();
  for (const directory of dead) directory[Symbol.dispose]();
  return dead.map(({ path, request }) => ({ path, request }));
}

function connectPlainly(host: string, port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port }, () => resolve(socket)).once("error", reject);
  return promise;
}

/** The end of a run, which is all of it. */
function fill(directory: string, content: Buffer, firstSeq = 1): void {
  using store = openDiskStore({ directory, segmentBytes: 4_096, onTrouble: () => undefined });
  store.append({
    firstSeq,
    count: 1,
    fromEvent: 1,
    toEvent: 1,
    isImportant: false,
    isLast: firstSeq === 1,
    content,
  });
}

/** As a guard leaves it that was killed. */
function plant(name: string, scope: StartRunRequest["scope"]): string {
  const path = join(spool, name);
  mkdirSync(path, { mode: 0o700 });
  writeFileSync(join(path, "lock"), "");
  const request: StartRunRequest = {
    guardRunId: "guard",
    claim: randomBytes(32).toString("hex"),
    version: "0.0.0",
    scope,
    mode: MODE,
    ci: null,
  };
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  writeFileSync(join(path, "run.json"), JSON.stringify({ request, bootId }));
  return path;
}
