/** A job that uses up all processes that it and its guard may have together, as a pod's limit has it. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";

import { expect, test } from "vitest";

import { buildProgram } from "../support/build-program.ts";
import { requires } from "../support/requires.ts";
import { GUARD, readReport, Workplace } from "./guard.ts";

const { bpf } = requires;
/** The guard's threads are some twenty of them. */
const LIMIT = 60;
const FORKS = 300;

test.skipIf(!bpf.available)(
  `a fork bomb under a limit of processes is counted to the last one, and ends as it would${bpf.note}`,
  async () => {
    using limit = limitProcesses(LIMIT);
    using place = new Workplace();
    const bomb = [buildProgram("fork-bomb"), String(FORKS), "made"];
    const flags = ["--enforcement", "none", "--report", "report.json"];
    const enter = `echo $$ > ${limit.file} && exec "$0" "$@"`;
    const { status } = await place.run(["-c", enter, GUARD, "run", ...flags, "--", ...bomb], {
      program: "sh",
    });
    const [made, refused] = readFileSync(place.path("made"), "utf8").split(" ").map(Number);
    const { totals, dropped, sensors } = readReport(place.path("report.json"));
    const kernel = sensors.find(({ name }) => name === "kernel");

    expect(status).toBe(7);
    expect(made).toBe(FORKS);
    // Else there was no limit.
    expect(refused).toBeGreaterThan(0);
    expect(totals.processes + (dropped.byKind["process-started"] ?? 0)).toBe(FORKS + 1);
    expect(kernel).toMatchObject({ status: "active", eventsDropped: 0 });
  },
);

/** A control group for processes, of version 1 or 2; `file` takes who is to be in it. */
function limitProcesses(most: number): Disposable & { readonly file: string } {
  const root = existsSync("/sys/fs/cgroup/pids") ? "/sys/fs/cgroup/pids" : "/sys/fs/cgroup";
  const group = `${root}/fork-bomb-${process.pid}`;
  mkdirSync(group);
  writeFileSync(`${group}/pids.max`, String(most));
  return {
    file: `${group}/cgroup.procs`,
    [Symbol.dispose]: () => rmdirSync(group),
  };
}
