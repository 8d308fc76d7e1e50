import { spawn } from "node:child_process";
import { once } from "node:events";

import type { Observation } from "../../agent/observation.ts";
import { findCgroupRoot } from "../../agent/privilege/cgroup-root.ts";
import { WATCHED_ENVIRONMENT } from "../../agent/process/watched-environment.ts";
import { expectKernelSensor } from "../../agent/sensor/expect-kernel-sensor.ts";
import { startSensors } from "../../agent/sensor/start-sensors.ts";

/** What the kernel sensor tells of a command that is run to its end. */
export async function recordJob(
  [program = "", ...args]: readonly string[],
  directory: string,
): Promise<Observation[]> {
  const observations: Observation[] = [];
  const settings = {
    scope: { type: "command" },
    watchedEnvironment: WATCHED_ENVIRONMENT,
    guardedCgroup: null,
    refuses: false,
    refusesPacketSockets: false,
  } as const;
  await using kernel = expectKernelSensor({
    ...settings,
    watchedFiles: [],
    cgroupRoot: findCgroupRoot(),
  });
  await using sensors = await startSensors({
    ...settings,
    choice: "kernel",
    kernel,
    observe: (observation) => void observations.push(observation),
    protectedPaths: [],
    samplePeriodMs: 250,
  });
  sensors.arm();
  const child = spawn(program, args, { cwd: directory, stdio: ["ignore", "ignore", "inherit"] });
  sensors.follow(child.pid ?? 0);
  await once(child, "close");
  await sensors.flush();
  if (child.exitCode !== 0) throw new Error(`${program} ${args.join(" ")} failed`);
  return observations;
}
