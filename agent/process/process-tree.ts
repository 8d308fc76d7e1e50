/** Who started whom, and for which step. Holds the processes that live; what is over lives on in events. */
import type { ExecObservation, ExitObservation, ForkObservation } from "../observation.ts";
import { isOfCiJob } from "./ci-job.ts";
import { toCiStep } from "./ci-step.ts";
import { createEndedProcesses } from "./ended-processes.ts";
import { createLivingProcesses, type LivingProcessesBounds } from "./living-processes.ts";
import { toProcessId } from "./process-id.ts";
import type { ProcessNode } from "./process-node.ts";
import { toProgram } from "./program.ts";

export interface ProcessTree {
  fork(observation: ForkObservation): ProcessNode;
  exec(observation: ExecObservation): ProcessNode;
  exit(observation: ExitObservation): void;
  /** The process that has this pid now. */
  withPid(pid: number): ProcessNode | undefined;
  /** The same; where nobody has it, the one that had it and has ended a moment ago. */
  lastWithPid(pid: number): Pick<ProcessNode, "id"> | undefined;
  readonly size: number;
  /** Processes that were forgotten although they may live, because there was no room for more. */
  readonly forgotten: number;
}

/**
 * Takes observations as sensors can give them: a fork, an exec or an exit may be missing, a fork may come after the exec
 * that followed it, and anything of a process may come when its pid has been given to another one. `onJob` is called for a process
 * with which a CI job, or a step of one, begins.
 */
export function createProcessTree(
  bounds: LivingProcessesBounds,
  nowMs: () => number = () => performance.now(),
  onJob: (pid: number) => void = () => undefined,
): ProcessTree {
  const living = createLivingProcesses(bounds);
  const ended = createEndedProcesses({ maxProcesses: bounds.maxProcesses, nowMs });

  return {
    get size() {
      return living.size;
    },
    get forgotten() {
      return living.forgotten;
    },
    withPid: (pid) => living.withPid(pid),
    lastWithPid: (pid) => living.withPid(pid) ?? ended.withPid(pid),
    fork({ process, parent }) {
      const known = living.find(process);
      const from = living.find(parent);
      return living.remember({
        id: toProcessId(process),
        ref: process,
        parentId: toProcessId(parent),
        step: from?.step ?? known?.step,
        program: known?.program ?? from?.program,
      });
    },
    exec(observation) {
      const { process, parent, environment } = observation;
      const before = living.find(process);
      // Whoever is in a step stays in it: a process may set its own environment, not its descent.
      const inherited = before?.step ?? living.find(parent)?.step;
      if (inherited === undefined && isOfCiJob(environment)) onJob(process.pid);
      return living.remember({
        id: toProcessId(process),
        ref: process,
        parentId: before ? before.parentId : toProcessId(parent),
        step: inherited ?? toCiStep(environment),
        program: toProgram(observation),
      });
    },
    exit({ process }) {
      living.forget(process);
      ended.remember(process);
    },
  };
}
