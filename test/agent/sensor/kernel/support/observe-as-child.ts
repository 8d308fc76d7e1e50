/** Entry: what a kernel sensor of this process, with the privileges that it has, tells of a command. Prints one JSON. */
import { spawnSync } from "node:child_process";

import type { Observation } from "../../../../../agent/observation.ts";
import { createKernelSensor } from "../../../../../agent/sensor/kernel/kernel-sensor.ts";

const [cgroupRoot = "", program = "", ...args] = process.argv.slice(2);
const observations: Observation[] = [];
const sensor = await createKernelSensor({
  scope: { type: "command" },
  watchedEnvironment: [],
  watchedFiles: [],
  cgroupRoot: cgroupRoot === "" ? null : cgroupRoot,
  guardedCgroup: null,
  refuses: false,
  refusesPacketSockets: false,
  observe: (observation) => void observations.push(observation),
});
if ("unavailable" in sensor) {
  process.stdout.write(JSON.stringify(sensor));
} else {
  sensor.arm();
  spawnSync(program, args, { stdio: "ignore" });
  await sensor.flush();
  process.stdout.write(JSON.stringify({ status: sensor.status(), observations }));
  await sensor[Symbol.asyncDispose]();
}
