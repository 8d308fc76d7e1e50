import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { hasProgram, programIdsOf } from "./bpf-programs.ts";
import { end, Workplace } from "./guard.ts";
import { SENSORS } from "./sensors.ts";
import { waitFor } from "./wait-for.ts";

const { bpf } = requires;
const WAITING = "touch ready; while [ ! -e enough ]; do sleep 0.01; done; touch done";

describe.each(SENSORS)("with the sensor %s", (_name, { sensor, skip }) => {
  test.skipIf(skip)("a run leaves no process and no file", async () => {
    using place = new Workplace();
    await place.run(["run", "--sensor", sensor, "--report", "report.json", "--", "true"]);

    expect(place.remains()).toEqual({ processes: [], files: [] });
    expect(readdirSync(place.folder)).toEqual(["report.json"]);
  });

  test.skipIf(skip)("a guard that is killed leaves the command alone, and no file", async () => {
    using place = new Workplace();
    const child = await startWaiting(place, ["--sensor", sensor, "--report", "report.json"]);
    const ended = end(child);
    child.kill("SIGKILL");
    await waitFor("the guard's end", () => child.signalCode === "SIGKILL");
    expect(existsSync(place.path("done"))).toBe(false);
    place.write("enough");
    await waitFor("the command's end", () => existsSync(place.path("done")));
    await ended;
    await waitFor("the end of all", () => place.processes().length === 0);

    expect(place.remains()).toEqual({ processes: [], files: [] });
    expect(readdirSync(place.folder).toSorted()).toEqual(["done", "enough", "ready"]);
  });
});

describe.skipIf(!bpf.available)(`eBPF programs${bpf.note}`, () => {
  test("end with the run", async () => {
    using place = new Workplace();
    const child = await startWaiting(place, ["--sensor", "kernel"]);
    const ended = end(child);
    const ids = programIdsOf(child.pid ?? 0);
    const during = ids.filter(hasProgram);
    place.write("enough");
    await ended;

    expect(ids.length).toBeGreaterThan(3);
    expect(during).toEqual(ids);
    // The kernel frees them when the last reader that might be in one has left.
    expect(await waitFor("their end", () => !ids.some(hasProgram))).toBe(true);
  });

  test("end with a guard that is killed", async () => {
    using place = new Workplace();
    const child = await startWaiting(place, ["--sensor", "kernel"]);
    const ended = end(child);
    const ids = programIdsOf(child.pid ?? 0);
    child.kill("SIGKILL");
    place.write("enough");
    await ended;

    expect(ids.length).toBeGreaterThan(3);
    expect(await waitFor("their end", () => !ids.some(hasProgram))).toBe(true);
  });

  test("are not the command's to hold", async () => {
    using place = new Workplace();
    const look = "cat /proc/self/fdinfo/* | grep -c prog_id; ls /proc/$$/fd";
    const { stdout } = await place.run([
      "run",
      "--sensor",
      "kernel",
      "--quiet",
      "--",
      "sh",
      "-c",
      look,
    ]);
    const [held, ...descriptors] = stdout.toString().trim().split("\n");

    expect(held).toBe("0");
    expect(descriptors).toEqual(expect.arrayContaining(["0", "1", "2"]));
  });
});

/** Returns when the command runs. */
async function startWaiting(place: Workplace, options: readonly string[]): Promise<ChildProcess> {
  const child = place.start(["run", "--quiet", ...options, "--", "sh", "-c", WAITING]);
  await waitFor("the command", () => existsSync(place.path("ready")));
  return child;
}
