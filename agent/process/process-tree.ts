/** Who started whom, and for which step. Holds the processes that live; what is over lives on in events. */
import type { CiStep } from "../../protocol/index.ts";
import type {
  ExecObservation,
  ExitObservation,
  ForkObservation,
  ProcessRef,
} from "../observation.ts";
import { toCiStep } from "./ci-step.ts";
import { toProcessId } from "./process-id.ts";

export interface ProcessNode {
  readonly id: string;
  readonly ref: ProcessRef;
  readonly parentId: string | null;
  readonly step: CiStep | undefined;
  /** What it runs: its own program, or its parent's until it executes one. Undefined where its start was not seen. */
  readonly program: ExecObservation | undefined;
}

export interface ProcessTree {
  fork(observation: ForkObservation): ProcessNode;
  exec(observation: ExecObservation): ProcessNode;
  exit(observation: ExitObservation): void;
  /** The process that has this pid now. */
  withPid(pid: number): ProcessNode | undefined;
  readonly size: number;
  /** Processes that were forgotten although they may live, because there were more than `maxProcesses`. */
  readonly forgotten: number;
}

export function createProcessTree({ maxProcesses }: { maxProcesses: number }): ProcessTree {
  const living = new Map<number, ProcessNode>();
  let forgotten = 0;

  const find = (ref: ProcessRef): ProcessNode | undefined => {
    const node = living.get(ref.pid);
    return node?.ref.startTicks === ref.startTicks ? node : undefined;
  };
  const remember = (node: ProcessNode): ProcessNode => {
    living.delete(node.ref.pid);
    if (living.size >= maxProcesses) {
      const [oldest] = living.keys();
      if (oldest !== undefined) living.delete(oldest);
      forgotten += 1;
    }
    living.set(node.ref.pid, node);
    return node;
  };

  return {
    get size() {
      return living.size;
    },
    get forgotten() {
      return forgotten;
    },
    withPid: (pid) => living.get(pid),
    fork({ process, parent }) {
      const from = find(parent);
      return remember({
        id: toProcessId(process),
        ref: process,
        parentId: toProcessId(parent),
        step: from?.step,
        program: from?.program,
      });
    },
    exec(observation) {
      const before = find(observation.process);
      return remember({
        id: toProcessId(observation.process),
        ref: observation.process,
        parentId: before ? before.parentId : toProcessId(observation.parent),
        // Whoever is in a step stays in it: a process may set its own environment, not its descent.
        step: before?.step ?? find(observation.parent)?.step ?? toCiStep(observation.environment),
        program: observation,
      });
    },
    exit({ process }) {
      if (find(process)) living.delete(process.pid);
    },
  };
}
