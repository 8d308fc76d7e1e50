import { findCgroupRoot } from "../privilege/cgroup-root.ts";
import type { KernelProof } from "../privilege/sensor-availability.ts";
import { createKernelSensor } from "../sensor/kernel/kernel-sensor.ts";

/** Brings the kernel sensor into force for a moment, with its canaries, and tells how that went. */
export async function probeKernelSensor(): Promise<KernelProof> {
  const sensor = await createKernelSensor({
    scope: { type: "command" },
    observe: () => undefined,
    watchedEnvironment: [],
    watchedFiles: [],
    cgroupRoot: findCgroupRoot(),
    guardedCgroup: null,
    refuses: false,
    refusesPacketSockets: false,
  });
  if ("unavailable" in sensor) return { status: "unavailable", reason: sensor.unavailable };
  await using running = sensor;
  const { status, reason } = running.status();
  return { status, ...(reason === undefined ? {} : { reason }) };
}
