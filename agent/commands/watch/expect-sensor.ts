/**
 * Has the kernel begin before the rest of `watch` is loaded and the policy is read: with no cgroup of a command's, policy says
 * nothing that is a part of the programs but whom they end, and nearly all policies say the same of that.
 */
import type { WatchConfig } from "../../config.ts";
import { expectKernel } from "../../guard/expect-kernel.ts";
import { toKernelKills } from "../../guard/kernel-kills.ts";
import type { ExpectedKernelSensor } from "../../sensor/expect-kernel-sensor.ts";
import { toWatchScope } from "./watch-scope.ts";

/** To be disposed of in any case. `usual`: the kernel is at it already, for no scope by name. */
export function expectSensor(
  { sensor, scope }: Pick<WatchConfig, "sensor" | "scope">,
  usual?: ExpectedKernelSensor,
): ExpectedKernelSensor | undefined {
  if (sensor === "proc") return undefined;
  if (usual !== undefined && scope === undefined) return usual;
  return expectKernel({
    scope: toWatchScope(scope),
    confinement: {
      guardedCgroup: null,
      refuses: false,
      refusesPacketSockets: false,
      kills: toKernelKills(null),
    },
  });
}
