import { toErrorText } from "../../agent/errors.ts";
import { findWorker } from "../guard/find-worker.ts";
import { type GuardState, parseGuardState } from "../guard/guard-state.ts";
import { launch } from "../guard/launch.ts";
import { type Places, ROOT_PLACES } from "../guard/places.ts";
import { findRelease } from "../guard/release.ts";
import type { RootStarting } from "../guard/start-as-root.ts";
import type { Started, StartRequest } from "../guard/start-request.ts";
import { toStartRequest, type Wanted } from "../guard/watch-request.ts";
import { toOwnPlaces } from "./search-places.ts";

export interface Outcome {
  /** Where the guard is asked. */
  readonly directory: string;
  /** Undefined: no guard runs. */
  readonly state: GuardState | undefined;
  /** What is less than what was asked for, a sentence each. */
  readonly degraded: readonly string[];
  readonly log: readonly string[];
  /** An earlier use of the action in this job has started it, and tells of it. */
  readonly isJoined?: boolean;
  /** Why the job is not to begin. */
  readonly refused?: string;
}

export type Starting = Omit<Wanted, "until">;

/** Why root cannot start one, a sentence. */
export interface WithoutRoot {
  readonly lacking: string;
}

export async function startByRoot(
  wanted: Starting,
  root: RootStarting,
): Promise<Outcome | WithoutRoot> {
  const asRoot = await root.start(toRequest(wanted));
  const isOfMachine = asRoot.status === "failed" && asRoot.log.length === 0;
  if (asRoot.status !== "no-root" && !isOfMachine) {
    return toOutcome(asRoot, { directory: ROOT_PLACES.state, degraded: [] });
  }
  const lacking = isOfMachine ? "root has no place for it" : "root is not to be had";
  return {
    lacking: `the guard has no more rights than the job, which can end it: ${lacking} (${asRoot.reason})`,
  };
}

/** By the job's own user, who can end it. */
export async function startByUser(
  wanted: Starting,
  phases: string,
  { lacking }: WithoutRoot,
): Promise<Outcome> {
  const places = toOwnPlaces();
  const started = await startAsUser(phases, toRequest(wanted), places);
  return toOutcome(started, { directory: places.state, degraded: [lacking] });
}

function toRequest(wanted: Starting): StartRequest {
  return toStartRequest({ ...wanted, until: findWorker(process.pid)?.pid });
}

async function startAsUser(
  phases: string,
  request: StartRequest,
  places: Places,
): Promise<Started> {
  try {
    const program = findRelease(phases).folder;
    return await launch({ program, node: process.execPath, places, request });
  } catch (error) {
    return { status: "failed", reason: toErrorText(error), log: [] };
  }
}

function toOutcome(
  started: Started,
  { directory, degraded }: Pick<Outcome, "directory" | "degraded">,
): Outcome {
  const { log } = started;
  if (started.status === "ready") {
    return { directory, state: parseGuardState(started.ready), degraded, log };
  }
  const reason = `no guard is running: ${started.reason}`;
  const outcome = { directory, state: undefined, degraded: [reason], log };
  // What a guard says before it ends is why: a policy, or fail-on: degraded.
  return log.length === 0
    ? outcome
    : { ...outcome, refused: (log.at(-1) ?? "").replace(/^runner-guard: /, "") };
}
