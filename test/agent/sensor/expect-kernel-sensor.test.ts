import { describe, expect, test } from "vitest";

import { findCgroupRoot } from "../../../agent/privilege/cgroup-root.ts";
import {
  expectKernelSensor,
  type KernelConfinement,
} from "../../../agent/sensor/expect-kernel-sensor.ts";
import { NO_KILLS } from "../../../agent/sensor/kernel/kills.ts";
import { requires } from "../../support/requires.ts";
import { countBpfDescriptors } from "./kernel/support/bpf-descriptors.ts";
import { makeTestCgroup } from "./kernel/support/test-cgroup.ts";

const { bpf } = requires;
const NOTHING: KernelConfinement = {
  guardedCgroup: null,
  refuses: false,
  refusesPacketSockets: false,
};

const READERS = { ...NO_KILLS, memoryReaders: true };

function expectOne(confinement: KernelConfinement) {
  return expectKernelSensor({
    ...confinement,
    scope: { type: "command" },
    watchedEnvironment: [],
    watchedFiles: [],
    cgroupRoot: findCgroupRoot(),
  });
}

async function start(expected: KernelConfinement, real: KernelConfinement) {
  await using coming = expectOne(expected);
  const sensor = await coming.start(real, () => undefined);
  if ("unavailable" in sensor) throw new Error(sensor.unavailable);
  return sensor;
}

describe.skipIf(!bpf.available)(`a kernel sensor that is expected${bpf.note}`, () => {
  test("is at work when it has been started", async () => {
    await using sensor = await start(NOTHING, NOTHING);

    expect(sensor.status()).toMatchObject({ name: "kernel", status: "active" });
    expect(sensor.holdsCgroup).toBe(false);
  });

  test("holds the job to a cgroup although none was expected", async () => {
    using group = makeTestCgroup();
    const held = { ...NOTHING, guardedCgroup: { path: group.path }, refuses: true };
    await using sensor = await start(NOTHING, held);

    expect(sensor.holdsCgroup).toBe(true);
  });

  test("holds the job to nothing although that was expected", async () => {
    using group = makeTestCgroup();
    const held = { guardedCgroup: { path: group.path }, refuses: true, refusesPacketSockets: true };
    await using sensor = await start(held, NOTHING);

    expect(sensor.holdsCgroup).toBe(false);
    expect(sensor.holdsPacketSockets).toBe(false);
  });

  test.each([
    ["readers of memory", NO_KILLS, READERS, true],
    ["nobody", READERS, NO_KILLS, false],
  ])(
    "ends %s where policy says so, although something else was expected",
    async (_, expected, real, holds) => {
      await using sensor = await start(
        { ...NOTHING, kills: expected },
        { ...NOTHING, kills: real },
      );

      expect(sensor.holdsMemory).toBe(holds);
    },
  );

  test("leaves nothing in the kernel where it is never started", async () => {
    const before = countBpfDescriptors();
    await expectOne(NOTHING)[Symbol.asyncDispose]();

    expect(countBpfDescriptors()).toBe(before);
  });

  test("leaves nothing in the kernel of programs that were not what it took", async () => {
    const before = countBpfDescriptors();
    using group = makeTestCgroup();
    const held = { ...NOTHING, guardedCgroup: { path: group.path }, refuses: true };
    const sensor = await start(NOTHING, held);
    const during = countBpfDescriptors();
    await sensor[Symbol.asyncDispose]();

    expect(during).toBeGreaterThan(before);
    expect(countBpfDescriptors()).toBe(before);
  });
});
