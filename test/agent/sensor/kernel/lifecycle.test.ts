import { spawnSync } from "node:child_process";

import { describe, expect, test } from "vitest";

import { requires } from "../../../support/requires.ts";
import { countBpfDescriptors, trackedPids } from "./support/bpf-descriptors.ts";
import { ofKind, watch } from "./support/observe-command.ts";

const { bpf } = requires;

describe.skipIf(!bpf.available)(`the life of a sensor${bpf.note}`, () => {
  test("begins with everything proven and nothing told", async () => {
    await using watching = await watch();
    expect(watching.sensor.status()).toEqual({
      name: "kernel",
      status: "active",
      eventsSeen: 0,
      eventsDropped: 0,
    });
    expect(watching.observations).toEqual([]);
  });

  test("ends with nothing left open", async () => {
    const before = countBpfDescriptors();
    for (let round = 0; round < 3; round += 1) {
      await using watching = await watch({ watchedFiles: [{ name: ".npmrc" }] });
      expect(countBpfDescriptors()).toBeGreaterThan(before + 16);
      await watching.sensor.flush();
    }
    expect(countBpfDescriptors()).toBe(before);
  });

  test("ends once, and is still asked afterwards", async () => {
    const { sensor } = await watch();
    sensor.arm();
    spawnSync("/bin/true");
    await sensor.flush();
    const flushing = sensor.flush();
    await sensor[Symbol.asyncDispose]();
    await sensor[Symbol.asyncDispose]();
    await flushing;
    sensor.arm();
    await sensor.flush();
    expect(sensor.status()).toMatchObject({ status: "active", eventsSeen: 3 });
  });

  test("reads on its own, without a flush", async () => {
    await using watching = await watch();
    watching.sensor.arm();
    spawnSync("/bin/true");
    await expect.poll(() => ofKind(watching, "exit").length).toBe(1);
  });

  test("several sensors do not disturb one another", async () => {
    await using first = await watch();
    await using second = await watch();
    first.sensor.arm();
    spawnSync("/bin/true");
    second.sensor.arm();
    spawnSync("/bin/false");
    await Promise.all([first.sensor.flush(), second.sensor.flush()]);
    expect(ofKind(first, "exec").map(({ args }) => args[0])).toEqual(["/bin/true"]);
    expect(ofKind(second, "exec").map(({ args }) => args[0])).toEqual(["/bin/false"]);
  });

  test("forgets every process that ended, so that nobody inherits its pid and its place", async () => {
    await using watching = await watch();
    expect(trackedPids()).toEqual([]);
    watching.sensor.arm();
    spawnSync("/bin/sh", ["-c", "/bin/true; (/bin/true & wait); exit 3"]);
    await watching.sensor.flush();
    expect(ofKind(watching, "exit").length).toBeGreaterThan(2);
    expect(trackedPids()).toEqual([]);
  });

  test("tells how much it has seen", async () => {
    await using watching = await watch();
    watching.sensor.arm();
    spawnSync("/bin/sh", ["-c", "/bin/true; exit 0"]);
    await watching.sensor.flush();
    expect(watching.sensor.status()).toMatchObject({
      eventsSeen: watching.observations.length,
      eventsDropped: 0,
    });
  });
});
