/** Entry: a guard whose scope is its own pid namespace. Says that it is ready, and then every signal that lands, until SIGTERM. */
import { readFileSync, statSync } from "node:fs";

import { createKernelSensor } from "../../../../../agent/sensor/kernel/kernel-sensor.ts";
import { NO_KILLS } from "../../../../../agent/sensor/kernel/kills.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const sensor = await createKernelSensor({
  scope: { type: "pod", pidNamespaceInode: statSync("/proc/self/ns/pid").ino },
  watchedEnvironment: [],
  watchedFiles: [],
  cgroupRoot: null,
  guardedCgroup: null,
  refuses: false,
  refusesPacketSockets: false,
  kills: { ...NO_KILLS, guardAttackers: true },
  observe(observation) {
    if (observation.kind === "privileged" && observation.operation === "signal-guard") {
      say(`told ${observation.detail} ${observation.killed === true ? "killed" : "alive"}`);
    }
  },
});
if ("unavailable" in sensor) {
  say(sensor.unavailable);
} else {
  const alive = setInterval(() => undefined, 60_000);
  process.on("SIGUSR2", () => undefined);
  process.once("SIGTERM", () => {
    clearInterval(alive);
    void sensor.flush().then(() => sensor[Symbol.asyncDispose]());
  });
  say(`ready ${readFileSync("/proc/self/stat", "utf8").split(" ")[0] ?? ""}`);
}
