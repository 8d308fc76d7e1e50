import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";

import { expect, test } from "vitest";

import { NO_KILLS } from "../../../../agent/sensor/kernel/kills.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { parseRecords } from "../../../support/run-program.ts";
import { watch } from "./support/observe-command.ts";
import { plantMemory } from "./support/planted-memory.ts";

const { bpf } = requires;

test.skipIf(!bpf.available)(
  `in a pod whoever reaches into the runner is ended, and nobody who reaches into others${bpf.note}`,
  async () => {
    await using runner = await plantMemory();
    await using other = await plantMemory();
    const pidNamespaceInode = statSync("/proc/self/ns/pid").ino;
    await using watching = await watch({
      scope: { type: "pod", pidNamespaceInode },
      kills: { ...NO_KILLS, memoryReaders: true },
    });
    watching.sensor.protect({ pid: runner.pid, startTicks: readStartTicks(runner.pid) });
    const steal = ({ pid, address }: typeof runner) =>
      execFileSync(buildProgram("steal-memory"), ["vm", String(pid), address, "3"], {
        encoding: "utf8",
      });
    expect(parseRecords(steal(runner))).toMatchObject([{ killed: 3, leaks: 0 }]);
    expect(parseRecords(steal(other))).toMatchObject([{ killed: 0, leaks: 3 }]);
  },
);

/** Field 22 of /proc/PID/stat. */
function readStartTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
}
