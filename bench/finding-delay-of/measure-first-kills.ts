/** How long what a job does right at its start lives, by `runner-guard run` itself. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildGenerator } from "../harness/build-generator.ts";
import { toGuardedCommand } from "../harness/run-guarded.ts";
import { runTimed } from "../harness/run-timed.ts";
import { createWorkDirectory } from "../harness/work-directory.ts";

const POLICY = "version: 1\nrules: { masquerade: { response: kill-process } }\n";
const TIMEOUT_MS = 60_000;
/** A process was ended, as policy says. */
const EXIT_GUARD = 86;

export interface FirstKills {
  /** From the command's start to the deed, in milliseconds. */
  readonly after: number;
  readonly done: number;
  /** From the deed to its end, of those that were ended. */
  readonly ms: readonly number[];
}

export async function measureFirstKills(after: number, starts: number): Promise<FirstKills> {
  using work = createWorkDirectory();
  const policy = join(work.path, "policy.yaml");
  writeFileSync(policy, POLICY);
  const [program = "", ...rest] = toGuardedCommand([buildGenerator("claim-first"), String(after)], {
    sensor: "kernel",
    enforcement: "none",
  });
  const command = [program, ...rest.toSpliced(1, 0, "--policy", policy)];
  const ms: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    const { exitCode, stdout, stderr } = await runTimed(command, { timeoutMs: TIMEOUT_MS });
    const lived = Number(stdout.trim());
    if (stdout === "" || Number.isNaN(lived)) throw new Error(`the guard failed: ${stderr.trim()}`);
    if (lived >= 0 && exitCode === EXIT_GUARD) ms.push(lived / 1e6);
  }
  return { after, done: starts, ms };
}
