import { describe, expect, test } from "vitest";

import {
  createSharedState,
  PHASE,
  SHARED_STATE_SIZE,
} from "../../../../agent/sensor/kernel/counters.ts";
import { RECORD, RECORD_KINDS } from "../../../../agent/sensor/kernel/record-kinds.ts";

const COUNTERS_OFFSET = 8;

/** Counters as the kernel's side has them: produced, lost to a full ring and lost to busy slots, of each kind. */
function createCounters() {
  const section = new ArrayBuffer(SHARED_STATE_SIZE);
  const counters = new BigUint64Array(section, COUNTERS_OFFSET);
  const phase = new Uint32Array(section, 0, 1);
  const set = (index: number, value: number): void => {
    counters[index] = BigInt(value);
  };
  return {
    state: createSharedState(section),
    phase: () => phase[0],
    produced: (kind: number, value: number) => set(kind, value),
    ringFull: (kind: number, value: number) => set(RECORD_KINDS + kind, value),
    scratchBusy: (kind: number, value: number) => set(2 * RECORD_KINDS + kind, value),
    untracked: (value: number) => set(3 * RECORD_KINDS, value),
  };
}

describe("the counters of the kernel's side", () => {
  test("add up what was produced and what was dropped", () => {
    const counters = createCounters();
    counters.produced(RECORD.fork, 5);
    counters.produced(RECORD.privileged, 2 ** 40);
    counters.ringFull(RECORD.exec, 3);
    counters.scratchBusy(RECORD.exec, 2);
    counters.untracked(1);
    expect(counters.state.producedCount()).toBe(5 + 2 ** 40);
    expect(counters.state.droppedCount()).toBe(6);
  });

  test("tell each loss once, with its reason and its kind", () => {
    const counters = createCounters();
    expect(counters.state.takeLosses()).toEqual([]);
    counters.ringFull(RECORD.exec, 3);
    counters.scratchBusy(RECORD.file, 2);
    counters.untracked(1);
    expect(counters.state.takeLosses()).toEqual([
      { reason: "kernel-ring-full", lost: "exec", count: 3 },
      { reason: "kernel-scratch-busy", lost: "file", count: 2 },
      { reason: "kernel-table-full", lost: "descendants", count: 1 },
    ]);
    expect(counters.state.takeLosses()).toEqual([]);
    counters.ringFull(RECORD.exec, 10);
    expect(counters.state.takeLosses()).toEqual([
      { reason: "kernel-ring-full", lost: "exec", count: 7 },
    ]);
  });

  test("name a loss of every kind", () => {
    const counters = createCounters();
    for (const kind of Object.values(RECORD)) counters.ringFull(kind, kind);
    const losses = counters.state.takeLosses();
    expect(new Set(losses.map(({ lost }) => lost)).size).toBe(RECORD_KINDS - 1);
    expect(losses.reduce((sum, { count }) => sum + count, 0)).toBe(55);
  });

  test("lie beside the phase, which the agent sets", () => {
    const counters = createCounters();
    expect(counters.phase()).toBe(PHASE.canary);
    counters.state.setPhase(PHASE.armed);
    expect(counters.phase()).toBe(PHASE.armed);
    expect(counters.state.producedCount()).toBe(0);
  });
});
