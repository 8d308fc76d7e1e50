/**
 * Tells when a device that the block stands on is gone. Whoever may configure the network can move it to a namespace of his
 * own, where no table is; the kernel says nothing of it to those that filter.
 */
import { readFileSync } from "node:fs";

import type { TamperObservation } from "../../observation.ts";

export interface DeviceWatch {
  poll(): void;
}

export interface DeviceWatchOptions {
  readonly devices: readonly string[];
  readonly observe: (observation: TamperObservation) => void;
  /** The text of /proc/net/dev. */
  readonly readDevices?: () => string;
  readonly nowMs?: () => number;
}

/** The kernel writes the list anew for each look, some 20 µs. */
const LOOK_EVERY_MS = 250;

export function createDeviceWatch(options: DeviceWatchOptions): DeviceWatch {
  const { devices, observe, readDevices = readFromKernel, nowMs = Date.now } = options;
  const gone = new Set<string>();
  let nextMs = 0;
  return {
    poll() {
      if (devices.length === 0 || nowMs() < nextMs) return;
      nextMs = nowMs() + LOOK_EVERY_MS;
      const present = findDevices(readDevices());
      // It cannot be looked at; nothing was said of any device.
      if (present.size === 0) return;
      for (const device of devices) {
        if (present.has(device)) gone.delete(device);
        else if (!gone.has(device)) {
          gone.add(device);
          observe(toTamper(device, nowMs()));
        }
      }
    },
  };
}

/** `  eth0: 1234 …`, below two lines of headings (net/core/net-procfs.c). */
function findDevices(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^\s*([^\s:]+):/gm)].map(([, name = ""]) => name));
}

function toTamper(device: string, atMs: number): TamperObservation {
  return {
    kind: "tamper",
    at: atMs * 1000,
    pid: undefined,
    message: `the network device ${device} has left the guarded namespace: what another namespace sends by it is not judged`,
    evidence: { device },
  };
}

function readFromKernel(): string {
  try {
    return readFileSync("/proc/net/dev", "latin1");
  } catch {
    return "";
  }
}
