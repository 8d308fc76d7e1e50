import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

import type { ProcessRef } from "../../../../../agent/observation.ts";
import { buildProgram } from "../../../../support/build-program.ts";

export interface TargetProcess extends AsyncDisposable {
  readonly ref: ProcessRef;
}

/** A process that waits for somebody to do something to it. */
export async function startTarget(): Promise<TargetProcess> {
  const child = spawn(buildProgram("wait"), [], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    ref: { pid: child.pid ?? 0, startTicks: readStartTicks(child.pid ?? 0) },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}

/** Field 22 of /proc/PID/stat. */
function readStartTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
}
