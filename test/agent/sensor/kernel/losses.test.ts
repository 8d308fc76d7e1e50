import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  createSharedState,
  PHASE,
  SHARED_STATE_SIZE,
} from "../../../../agent/sensor/kernel/counters.ts";
import {
  countPossibleProcessors,
  readObjectFile,
} from "../../../../agent/sensor/kernel/kernel-files.ts";
import { NO_KILLS, toStops } from "../../../../agent/sensor/kernel/kills.ts";
import { loadLibbpf } from "../../../../agent/sensor/kernel/libbpf.ts";
import { loadLibc } from "../../../../agent/sensor/kernel/libc.ts";
import { loadPrograms } from "../../../../agent/sensor/kernel/load-programs.ts";
import { requires } from "../../../support/requires.ts";
import { ofKind, watch } from "./support/observe-command.ts";

const { bpf } = requires;
/** Opens a file for writing, again and again, without a process for each time. */
const OPEN_OFTEN = 'i=0; while [ $i -lt "$2" ]; do : >"$1"; i=$((i+1)); done; true';

let directory = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "losses-")));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!bpf.available)(`what had to be let go${bpf.note}`, () => {
  test("is counted: seen and lost are together what was done, and the sensor goes on", async () => {
    const times = 9000; // of 3.9 KB each: several times what the ring holds
    const deep = join(directory, ...Array.from({ length: 19 }, () => "n".repeat(200)));
    mkdirSync(deep, { recursive: true });
    const path = join(deep, "file");
    await using watching = await watch();
    const { sensor, observations } = watching;

    sensor.arm();
    // Nobody reads the ring meanwhile: this process does nothing but wait.
    spawnSync("/bin/sh", ["-c", OPEN_OFTEN, "sh", path, String(times)]);
    await sensor.flush();
    const seen = ofKind(watching, "file").filter((file) => file.path === path).length;
    const lost = ofKind(watching, "loss");
    expect(lost.map(({ reason }) => reason)).toContain("kernel-ring-full");
    const lostFiles = lost.filter((loss) => loss.lost === "file");
    expect(seen).toBeGreaterThan(1000);
    expect(seen + lostFiles.reduce((sum, { count }) => sum + count, 0)).toBe(times);
    expect(sensor.status().eventsDropped).toBe(lost.reduce((sum, { count }) => sum + count, 0));
    expect(sensor.status().eventsSeen).toBe(observations.length - lost.length);

    sensor.arm();
    spawnSync("/bin/sh", ["-c", OPEN_OFTEN, "sh", path, "3"]);
    await sensor.flush();
    expect(ofKind(watching, "file").filter((file) => file.path === path)).toHaveLength(seen + 3);
    expect(ofKind(watching, "loss")).toHaveLength(lost.length);
  });

  test.skipIf(availableParallelism() < 2)(
    "is counted where a record finds no room to be built in",
    async () => {
      const libc = loadLibc();
      using programs = await loadFor(1);
      using memory = libc.map(programs.object.mapDescriptor(".data.shared"), {
        offset: 0,
        size: SHARED_STATE_SIZE,
        writable: true,
      });
      const shared = createSharedState(memory.bytes);
      shared.setPhase(PHASE.armed);
      // The second processor has no slot, as if all of its own were taken.
      const command = ["-c", "1", "/bin/sh", "-c", OPEN_OFTEN, "sh", join(directory, "file"), "25"];
      const { status } = spawnSync("taskset", command);
      expect(status).toBe(0);
      const losses = shared.takeLosses();
      expect(losses).toContainEqual({ reason: "kernel-scratch-busy", lost: "file", count: 25 });
      expect(shared.takeLosses()).toEqual([]);
      expect(shared.droppedCount()).toBe(losses.reduce((sum, { count }) => sum + count, 0));
    },
  );

  test("is nothing where the agent keeps up", async () => {
    const path = join(directory, "file");
    await using watching = await watch();
    watching.sensor.arm();
    spawnSync("/bin/sh", ["-c", OPEN_OFTEN, "sh", path, "5000"]);
    await watching.sensor.flush();
    expect(ofKind(watching, "file").filter((file) => file.path === path)).toHaveLength(5000);
    expect(ofKind(watching, "loss")).toEqual([]);
  });
});

test.skipIf(!bpf.available)("every possible processor is counted, running or not", () => {
  expect(countPossibleProcessors()).toBeGreaterThanOrEqual(availableParallelism());
});

/** The programs alone, with room for so many processors. */
async function loadFor(processors: number) {
  const libbpf = loadLibbpf();
  const objectFile = readObjectFile();
  if ("error" in libbpf) throw new Error(libbpf.error);
  if ("error" in objectFile) throw new Error(objectFile.error);
  const programs = await loadPrograms({
    libbpf,
    objectFile: objectFile.bytes,
    cgroup: { error: "not asked for" },
    processors,
    settings: {
      scope: { type: "command" },
      guardPid: process.pid,
      guardNamespaceInode: statSync("/proc/self/ns/pid").ino,
      watchesFiles: false,
      guardedCgroupId: 0n,
      refuses: false,
      refusesPacketSockets: false,
      stops: toStops(NO_KILLS),
      guardedNetworkInode: 0,
      watchedEnvironment: [],
    },
  });
  if ("error" in programs) throw new Error(programs.error);
  const atWork = programs.attach();
  if ("error" in atWork) throw new Error(atWork.error);
  const { object } = atWork;
  return { object, [Symbol.dispose]: () => object[Symbol.dispose]() };
}
