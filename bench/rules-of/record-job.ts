import { spawn } from "node:child_process";
import { once } from "node:events";

import type { Observation } from "../../agent/observation.ts";
import { findCgroupRoot } from "../../agent/privilege/cgroup-root.ts";
import { WATCHED_ENVIRONMENT } from "../../agent/process/watched-environment.ts";
import { startSensors } from "../../agent/sensor/start-sensors.ts";

/** What the kernel sensor tells of a command that is run to its end. */
export async function recordJob(
  [program = "", ...args]: readonly string[],
  directory: string,
): Promise<Observation[]> {
  const observations: Observation[] = [];
  await using sensors = startSensors({
    choice: "kernel",
    scope: { type: "command" },
    observe: (observation) => void observations.push(observation),
    watchedEnvironment: WATCHED_ENVIRONMENT,
    protectedPaths: [],
    samplePeriodMs: 250,
    cgroupRoot: findCgroupRoot(),
    guardedCgroup: null,
    refuses: false,
    refusesPacketSockets: false,
  });
  sensors.arm();
  const child = spawn(program, args, { cwd: directory, stdio: ["ignore", "ignore", "inherit"] });
  sensors.follow(child.pid ?? 0);
  await once(child, "close");
  await sensors.flush();
  if (child.exitCode !== 0) throw new Error(`${program} ${args.join(" ")} failed`);
  return observations;
}
