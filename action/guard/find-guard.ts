/** Which guard there is. What a step says of that is not asked: only where it lies, and who may have put it there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { askGuard } from "../../agent/control/control-client.ts";
import { parseJson } from "../../agent/control/parse-json.ts";
import { type GuardState, parseGuardState } from "./guard-state.ts";

export interface RunningGuard {
  readonly status: "running";
  readonly directory: string;
  readonly state: GuardState;
}

export type FoundGuard =
  | RunningGuard
  /** It said that it was in force, and answers no more. */
  | {
      readonly status: "gone";
      readonly directory: string;
      readonly runId: string;
      readonly pid: number;
    }
  | { readonly status: "none" };

/** In the first of these directories that holds one. */
export async function findGuard(directories: readonly string[]): Promise<FoundGuard> {
  for (const directory of directories.filter((one) => existsSync(one))) {
    const asked = await askGuard(join(directory, "control.sock"), { command: "status" });
    const state = asked.status === "done" ? parseGuardState(asked.result) : undefined;
    if (state !== undefined) return { status: "running", directory, state };
    const left = readReady(directory);
    if (left !== undefined) {
      const { runId, pid } = left;
      return { status: "gone", directory, runId, pid };
    }
  }
  return { status: "none" };
}

function readReady(directory: string): GuardState | undefined {
  try {
    return parseGuardState(parseJson(readFileSync(join(directory, "ready"), "utf8")));
  } catch {
    return undefined;
  }
}
