/** What the kernel's check of the programs costs, for which every guard waits, and what older kernels would refuse. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { describe, expect, test } from "vitest";

import { requires } from "../../../support/requires.ts";
import { findDeepestPaths } from "./support/stack-paths.ts";
import { countVerifierSteps } from "./support/verifier-steps.ts";

const { bpf, clang } = requires;
const OBJECT = resolve(
  import.meta.dirname,
  `../../../../agent/sensor/kernel/guard.${process.arch}.bpf.o`,
);
/** On Linux 6.18 it is 8,600 and 42,000. */
const MAX_STEPS = { aProgram: 15_000, all: 60_000 };
/** MAX_BPF_STACK, which all functions of a path share on kernels before 6.13. */
const MAX_STACK_BYTES = 512;

describe.skipIf(!bpf.available)(`the kernel's check${bpf.note}`, () => {
  test("of a machine's guard that ends whoever it can takes few steps", () => {
    const steps = countVerifierSteps(readFileSync(OBJECT), {
      scope: { type: "host" },
      guardPid: process.pid,
      guardNamespaceInode: 1,
      scratchSlots: 1,
      seesIoUringResults: true,
      watchesFiles: true,
      guardedCgroupId: 0n,
      refuses: false,
      refusesPacketSockets: false,
      guardedNetworkInode: 1,
      stops: {
        memoryReaders: true,
        guardAttackers: true,
        programs: true,
        fileOpeners: true,
        reverseShells: true,
      },
      watchedEnvironment: ["LD_PRELOAD", "GITHUB_ACTION"],
    });

    expect(Math.max(...steps.values())).toBeLessThan(MAX_STEPS.aProgram);
    expect([...steps.values()].reduce((sum, one) => sum + one, 0)).toBeLessThan(MAX_STEPS.all);
  });
});

describe.skipIf(!clang.available)(`the programs${clang.note}`, () => {
  test("keep to the stack of kernels on which all functions of a path share one", () => {
    const depths = findDeepestPaths(OBJECT);

    expect(depths.size).toBeGreaterThan(20);
    expect([...depths].filter(([, bytes]) => bytes > MAX_STACK_BYTES)).toEqual([]);
  });
});
