import type { ProcessRef } from "../observation.ts";
import { toProcessId } from "./process-id.ts";
import type { ProcessNode } from "./process-node.ts";

/** Processes that ended a moment ago: `ip` is over before anybody can ask who it was. */
export interface EndedProcesses {
  remember(ref: ProcessRef): void;
  withPid(pid: number): Pick<ProcessNode, "id"> | undefined;
}

export interface EndedProcessesOptions {
  /** Some 100 bytes each. */
  readonly maxProcesses: number;
  readonly nowMs: () => number;
}

/** What asks for them waits two seconds at most; later the pid may be another's, whom no sensor tells of. */
const KEPT_MS = 5_000;

export function createEndedProcesses({
  maxProcesses,
  nowMs,
}: EndedProcessesOptions): EndedProcesses {
  // The later ones and those before, which go all at once: none has to be looked for.
  let recent = new Map<number, { readonly ref: ProcessRef; readonly endedAtMs: number }>();
  let former: typeof recent = new Map();
  let turnedAtMs = nowMs();
  return {
    remember(ref) {
      const endedAtMs = nowMs();
      if (recent.size >= maxProcesses / 2 || endedAtMs - turnedAtMs > KEPT_MS) {
        former = recent;
        recent = new Map();
        turnedAtMs = endedAtMs;
      }
      recent.set(ref.pid, { ref, endedAtMs });
    },
    withPid(pid) {
      const found = recent.get(pid) ?? former.get(pid);
      if (found === undefined || nowMs() - found.endedAtMs > KEPT_MS) return undefined;
      return { id: toProcessId(found.ref) };
    },
  };
}
