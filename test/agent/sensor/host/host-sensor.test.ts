import { spawnSync } from "node:child_process";

import { expect, onTestFinished, test, vi } from "vitest";

import type { Observation } from "../../../../agent/observation.ts";
import { createHostSensor } from "../../../../agent/sensor/host/host-sensor.ts";
import type { HostSensorOptions } from "../../../../agent/sensor/host/host-sensor.ts";
import type { MachineCounters } from "../../../../agent/sensor/host/machine-counters.ts";
import { readMachineCounters } from "../../../../agent/sensor/host/machine-counters.ts";
import { readMachineMemory } from "../../../../agent/sensor/host/machine-memory.ts";

const HOST_SENSOR = new URL("../../../../agent/sensor/host/", import.meta.url).href;
const FIRST: MachineCounters = {
  readAtMs: 1_000,
  processors: { busy: 100, total: 1_000 },
  disks: { readBytes: 0, writtenBytes: 1_000 },
  network: { receivedBytes: 500, transmittedBytes: 0 },
};
const SECOND: MachineCounters = {
  readAtMs: 3_000,
  processors: { busy: 150, total: 1_200 },
  disks: { readBytes: 4_000, writtenBytes: 1_000 },
  network: { receivedBytes: 1_500, transmittedBytes: 10 },
};

test("samples this machine at once", async () => {
  const { sensor, observations } = open({
    readCounters: () => readMachineCounters({ proc: "/proc", sys: "/sys" }),
    readMemory: readMachineMemory,
  });
  await vi.waitFor(() => expect(observations).toHaveLength(1), { timeout: 30_000 });

  const [sample] = observations;
  expect(sample).toMatchObject({ kind: "resources", diskReadBytesPerSecond: null });
  if (sample?.kind !== "resources") return;
  expect(sample.cpuPercent).toBeLessThanOrEqual(100);
  expect(sample.memoryUsedBytes).toBeGreaterThan(0);
  expect(sample.memoryTotalBytes).toBeGreaterThan(sample.memoryUsedBytes);
  expect(sensor.status()).toMatchObject({ name: "host", status: "active", eventsSeen: 1 });
});

test("gives rates from one sample to the next", async () => {
  const { sensor, observations } = open({ readCounters: inTurn(FIRST, SECOND) });
  await sensor.flush();

  expect(observations[1]).toMatchObject({
    cpuPercent: 25,
    memoryUsedBytes: 1,
    memoryTotalBytes: 2,
    diskReadBytesPerSecond: 2_000,
    diskWriteBytesPerSecond: 0,
    networkReceiveBytesPerSecond: 500,
    networkTransmitBytesPerSecond: 5,
  });
});

test("gives no rates over a time too short to mean anything", async () => {
  const { sensor, observations } = open({
    readCounters: inTurn(FIRST, { ...SECOND, readAtMs: FIRST.readAtMs + 5 }),
  });
  await sensor.flush();

  expect(observations).toHaveLength(1);
});

test("does not know the rate of a counter that went back", async () => {
  const { sensor, observations } = open({
    readCounters: inTurn(FIRST, { ...SECOND, network: { receivedBytes: 0, transmittedBytes: 5 } }),
  });
  await sensor.flush();

  expect(observations[1]).toMatchObject({
    networkReceiveBytesPerSecond: null,
    networkTransmitBytesPerSecond: 2.5,
  });
});

test("says what is not known here, and stays active", async () => {
  const { sensor, observations } = open({
    readCounters: inTurn({ ...FIRST, disks: undefined, network: undefined }),
  });
  await sensor.flush();

  expect(observations[0]).toMatchObject({ diskReadBytesPerSecond: null });
  expect(sensor.status().status).toBe("active");
  expect(sensor.status().reason).toMatch(/disk traffic is not known.*network traffic is not known/);
});

test("is degraded with the reason while a reading fails, and active again after", async () => {
  let isBroken = true;
  const { sensor } = open({
    readMemory: () =>
      isBroken
        ? Promise.reject(new Error("no meminfo"))
        : Promise.resolve({ usedBytes: 1, totalBytes: 2 }),
  });
  await sensor.flush();
  const broken = sensor.status();
  isBroken = false;
  await sensor.flush();

  expect(broken).toMatchObject({
    status: "degraded",
    reason: "resource use cannot be read: Error: no meminfo",
    eventsSeen: 0,
  });
  expect(sensor.status().status).toBe("active");
});

test("is degraded without processor time, and reports nothing made up", async () => {
  const { sensor, observations } = open({
    readCounters: inTurn({ ...FIRST, processors: undefined }),
  });
  await sensor.flush();

  expect(observations).toEqual([]);
  expect(sensor.status()).toMatchObject({
    status: "degraded",
    reason: expect.stringContaining("/proc/stat"),
  });
});

test("samples again each period, and not after disposal", async () => {
  let atMs = 0;
  const { sensor, observations } = open({
    periodMs: 10,
    readCounters: () => Promise.resolve({ ...FIRST, readAtMs: (atMs += 5_000) }),
  });
  await vi.waitFor(() => expect(observations.length).toBeGreaterThan(2), { timeout: 30_000 });
  await sensor[Symbol.asyncDispose]();
  const count = observations.length;
  await sensor.flush();

  expect(observations).toHaveLength(count);
});

test("starts no process, and does not keep the guard running", () => {
  const script = `
    import { readFileSync } from "node:fs";
    import { spawnSync } from "node:child_process";
    import { createHostSensor } from "${HOST_SENSOR}host-sensor.ts";
    import { readMachineCounters } from "${HOST_SENSOR}machine-counters.ts";
    import { readMachineMemory } from "${HOST_SENSOR}machine-memory.ts";
    // Page faults of children that were waited for: proc(5), field 11.
    const childFaults = () => Number(readFileSync("/proc/self/stat", "latin1").split(") ")[1].split(" ")[8]);
    const kinds = [];
    const sensor = createHostSensor({
      observe: ({ kind }) => kinds.push(kind),
      periodMs: 5_000,
      readCounters: () => readMachineCounters({ proc: "/proc", sys: "/sys" }),
      readMemory: readMachineMemory,
    });
    await sensor.flush();
    const before = childFaults();
    spawnSync("true");
    console.log(JSON.stringify({ kinds, before, afterOne: childFaults() }));`;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 20_000,
  });

  const result: { before: number; afterOne: number } = JSON.parse(run.stdout);
  expect(run.status).toBe(0);
  expect(result).toMatchObject({ kinds: ["resources"], before: 0 });
  expect(result.afterOne).toBeGreaterThan(0);
});

function open(options: Partial<HostSensorOptions>) {
  const observations: Observation[] = [];
  const sensor = createHostSensor({
    periodMs: 60_000,
    readCounters: inTurn(FIRST),
    readMemory: () => Promise.resolve({ usedBytes: 1, totalBytes: 2 }),
    ...options,
    observe: (observation) => observations.push(observation),
  });
  onTestFinished(() => sensor[Symbol.asyncDispose]());
  return { sensor, observations };
}

/** Gives one after the other, and the last for ever. */
function inTurn(...counters: readonly MachineCounters[]): () => Promise<MachineCounters> {
  let index = 0;
  return () => {
    const next = counters[Math.min(index, counters.length - 1)];
    index += 1;
    return next === undefined ? Promise.reject(new Error("no counters")) : Promise.resolve(next);
  };
}
