/** The guard that `pre` had, as it noted that for the phases to come: nobody else passes for it. */
import { existsSync } from "node:fs";

import type { Environment } from "../runner/step.ts";
import { type FoundGuard, findGuard } from "./find-guard.ts";
import { ROOT_PLACES, toReportPath, toUserPlaces } from "./places.ts";

export interface NotedGuard {
  readonly directory: string;
  /** Undefined: `pre` noted none, and whoever lies in root's place is believed, where nobody else can make anything. */
  readonly runId: string | undefined;
}

/** The process of a guard of which nothing but the report is left. */
const NOBODY = 0;

export function toState({ directory, runId }: NotedGuard): Readonly<Record<string, string>> {
  return { directory, "run-id": runId ?? "" };
}

export function readNoted(environment: Environment): NotedGuard {
  const { STATE_directory: directory, "STATE_run-id": runId } = environment;
  const own = toUserPlaces(process.getuid?.() ?? 0).state;
  const isOwn = directory === own && runId !== undefined && runId !== "";
  return { directory: isOwn ? own : ROOT_PLACES.state, runId: runId || undefined };
}

/** Another one that answers in its place is none of this job's. */
export async function findNotedGuard({ directory, runId }: NotedGuard): Promise<FoundGuard> {
  const found = await findGuard(directory);
  if (runId === undefined || toRunId(found) === runId) return found;
  // It ended in good order, and took what it announced away; or somebody else is there now.
  return existsSync(toReportPath(directory)) || found.status !== "none"
    ? { status: "gone", directory, runId, pid: NOBODY }
    : found;
}

function toRunId(found: FoundGuard): string | undefined {
  if (found.status === "none") return undefined;
  return found.status === "running" ? found.state.runId : found.runId;
}
