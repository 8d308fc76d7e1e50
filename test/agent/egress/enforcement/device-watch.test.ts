import { expect, test } from "vitest";

import { createDeviceWatch } from "../../../../agent/egress/enforcement/device-watch.ts";

const HEAD = "Inter-|   Receive\n face |bytes\n    lo:  1 1\n";

test("a device that has left is told once, and again when it was back", () => {
  const { told, look } = watchDevices(["eth0", "eth1"]);

  look("  eth0: 1\n  eth1: 1\n");
  look("  eth1: 1\n");
  look("  eth1: 1\n");
  look("  eth0: 1\n  eth1: 1\n");
  look("  eth1: 1\n");
  expect(told).toEqual(["eth0", "eth0"]);
});

test("nothing is told where the list cannot be read, or not yet again", () => {
  const { told, look, watch } = watchDevices(["eth0"]);

  look(undefined);
  look("  eth0: 1\n");
  watch.poll();
  expect(told).toEqual([]);
});

function watchDevices(devices: readonly string[]) {
  const told: unknown[] = [];
  let text = "";
  let nowMs = 0;
  const watch = createDeviceWatch({
    devices,
    observe: ({ evidence }) => told.push(evidence["device"]),
    readDevices: () => text,
    nowMs: () => nowMs,
  });
  const look = (listed: string | undefined): void => {
    text = listed === undefined ? "" : HEAD + listed;
    nowMs += 1_000;
    watch.poll();
  };
  return { told, look, watch };
}
