/** Which guard there is. What a step says of that is not asked: only where it lies, and who may have put it there. */
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { askGuard } from "../../agent/control/control-client.ts";
import { parseJson } from "../../agent/parse-json.ts";
import { readPlainFile } from "../runner/plain-file.ts";
import { readProcess } from "./find-worker.ts";
import { type GuardState, MAX_READY_BYTES, parseGuardState } from "./guard-state.ts";
import { toReadyPath, toSocketPath } from "./places.ts";

export interface RunningGuard {
  readonly status: "running";
  readonly directory: string;
  readonly state: GuardState;
}

/** It said that it was in force. */
interface Announced {
  readonly directory: string;
  readonly runId: string;
  readonly pid: number;
}

export type FoundGuard =
  | RunningGuard
  /** It lives and answers nobody: it is ending, or others of this user keep it busy. */
  | (Announced & { readonly status: "silent" })
  /** It is over. */
  | (Announced & { readonly status: "gone" })
  | { readonly status: "none" };

/** A user may ask 20 times at once and 5 times a second, and others of the job are the same user. */
const PATIENCE_MS = 5_000;
const PERIOD_MS = 100;

export async function findGuard(directory: string): Promise<FoundGuard> {
  if (!existsSync(directory)) return { status: "none" };
  const state = await askState(directory);
  if (state !== undefined) return { status: "running", directory, state };
  const left = readReady(directory);
  if (left === undefined) return { status: "none" };
  const { runId, pid } = left;
  return { status: isAlive(pid) ? "silent" : "gone", directory, runId, pid };
}

export function isAlive(pid: number): boolean {
  const process = readProcess(pid);
  return process !== undefined && !process.hasExited;
}

async function askState(directory: string): Promise<GuardState | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const asked = await askGuard(toSocketPath(directory), { command: "status" });
    if (asked.status === "done") return parseGuardState(asked.result);
    const isBusy = asked.status === "refused" && asked.reason.includes("try again");
    if (!isBusy || performance.now() > deadline) return undefined;
    await wait(PERIOD_MS);
  }
}

function readReady(directory: string): GuardState | undefined {
  try {
    return parseGuardState(
      parseJson(readPlainFile(toReadyPath(directory), MAX_READY_BYTES).toString("utf8")),
    );
  } catch {
    return undefined;
  }
}
