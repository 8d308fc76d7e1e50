import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { describe, expect, test } from "vitest";

import { loadLibbpf } from "../../../../agent/sensor/kernel/libbpf.ts";
import { loadPrograms } from "../../../../agent/sensor/kernel/load-programs.ts";
import { requires } from "../../../support/requires.ts";
import { findCgroupRoot } from "./support/observe-command.ts";

const { bpf, clang } = requires;
const root = resolve(import.meta.dirname, "../../../..");

describe.skipIf(!bpf.available || !clang.available)(
  `what kernels before 5.17 get${bpf.note}${clang.note}`,
  () => {
    test("the programs without the helper for loops are small enough for the verifier", async () => {
      const directory = mkdtempSync(join(tmpdir(), "older-kernels-"));
      const object = join(directory, "guard.bpf.o");
      const variant = ["--define", "WITHOUT_LOOP_HELPER", "--output", object];
      execFileSync(process.execPath, [join(root, "scripts/build-bpf.mjs"), ...variant]);
      const objectFile = readFileSync(object);
      rmSync(directory, { recursive: true });

      const libbpf = loadLibbpf();
      if ("error" in libbpf) throw new Error(libbpf.error);
      const descriptor = openSync(findCgroupRoot() ?? "", "r");
      const programs = await loadPrograms({
        libbpf,
        objectFile,
        cgroup: { descriptor },
        settings: {
          scope: { type: "command" },
          guardPid: process.pid,
          guardNamespaceInode: 0,
          watchesFiles: true,
          guardedCgroupId: 1n,
          refuses: true,
          refusesPacketSockets: true,
          stops: {
            memoryReaders: true,
            guardAttackers: true,
            programs: true,
            fileOpeners: true,
            reverseShells: true,
          },
          guardedNetworkInode: 1,
          watchedEnvironment: ["LD_PRELOAD", "GITHUB_ACTION"],
        },
      });
      if ("error" in programs) throw new Error(programs.error);
      const loaded = programs.attach();
      closeSync(descriptor);

      if ("error" in loaded) throw new Error(loaded.error);
      loaded.object[Symbol.dispose]();
      expect(loaded.refused).toEqual([]);
    });
  },
);
