/** Whether a process belongs to those that run the job: the runner, the guard, whatever the job did not start. */
import { type Actor, hasTrait } from "./actor.ts";
import type { RunFacts } from "./run-facts.ts";
import { RUNNER } from "./traits.ts";

/**
 * Around one command everybody is an outsider whom it did not start. In a pod, or on a machine, everybody is known; there those are that
 * the CI system's own programs run.
 */
export function isOutsider(pid: number, { actors, place }: RunFacts): boolean {
  if (pid === place.guardPid) return true;
  const target = actors.withPid(pid);
  if (place.scope === "command") return target === undefined || !isStartKnown(target);
  return hasTrait(target, RUNNER);
}

/** One that did something, and was not seen to start, is not of the job's making. */
function isStartKnown({ parent, program }: Actor): boolean {
  return parent !== undefined || program !== undefined;
}

/** What people call it: `the guard`, `Runner.Worker`, `process 123`. */
export function nameTarget(pid: number, { actors, place }: RunFacts): string {
  if (pid === place.guardPid) return "the guard";
  return actors.withPid(pid)?.program?.name ?? `process ${pid}`;
}
