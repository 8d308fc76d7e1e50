/** Which processes are the job's, from what sensors told of them. */
import { basename } from "node:path";

import type { ExecObservation, Observation, ProcessRef } from "../observation.ts";
import { readExecutable } from "./process-table.ts";

export interface JobMembers {
  observe(observation: Observation): void;
  has(ref: ProcessRef): boolean;
  /** How many were ever told of. */
  readonly told: number;
  list(): ProcessRef[];
  /** Scopes `pod` and `host`: what runs the steps, and reports that the job failed when it dies. */
  workers(): ProcessRef[];
}

export interface JobMembersOptions {
  /** `command`: sensors tell of nothing but the job. Else it is what the runner has started, and what says that it is a job's. */
  readonly scope: "command" | "pod" | "host";
  readonly guardPid: number;
  readonly maxProcesses: number;
  readonly onRunner?: (runner: ProcessRef) => void;
  /** Whether a program was started for a job, where no runner is to be seen that started it. */
  readonly isOfCiJob?: (environment: ExecObservation["environment"]) => boolean;
}

/** What starts steps in GitHub's, GitLab's and Buildkite's runners. */
const WORKERS: ReadonlySet<string> = new Set(["Runner.Worker", "gitlab-runner", "buildkite-agent"]);
/** And what starts that. */
const RUNNERS: ReadonlySet<string> = new Set([...WORKERS, "Runner.Listener"]);

export function createJobMembers(options: JobMembersOptions): JobMembers {
  const members = new Map<number, number>();
  const workers = new Map<number, number>();
  const runners = new Map<number, number>();
  const has = (ref: ProcessRef): boolean => isIn(members, ref);

  let told = 0;
  const add = (ref: ProcessRef): void => {
    told += 1;
    if (members.size < options.maxProcesses) members.set(ref.pid, ref.startTicks);
  };
  /** A program of the job's may be called like the runner's: it is none, since the runner did not come from the job. */
  const noteRunner = (ref: ProcessRef, executable: string, parent: ProcessRef): void => {
    const name = basename(executable);
    if (!RUNNERS.has(name) || has(parent) || isIn(workers, parent)) return;
    members.delete(ref.pid);
    runners.set(ref.pid, ref.startTicks);
    options.onRunner?.(ref);
    if (WORKERS.has(name)) workers.set(ref.pid, ref.startTicks);
  };
  /** As Jenkins' agents and GitLab's pods start it. The guard's own helpers have what environment the guard has. */
  const beginsJob = (exec: ExecObservation): boolean =>
    options.scope !== "command" &&
    options.isOfCiJob?.(exec.environment) === true &&
    ![exec.process.pid, exec.parent.pid].includes(options.guardPid);
  const isOfJob = (parent: ProcessRef): boolean =>
    options.scope === "command" || has(parent) || isIn(workers, parent);

  return {
    get told() {
      return told;
    },
    observe(observation) {
      const { kind } = observation;
      if (kind === "exit") {
        for (const table of [members, workers, runners]) {
          if (isIn(table, observation.process)) table.delete(observation.process.pid);
        }
      } else if (kind === "fork" || kind === "exec") {
        const { process, parent } = observation;
        if (kind === "exec" && options.scope !== "command") {
          noteRunner(process, observation.executable, parent);
        }
        if (isIn(runners, process)) return;
        if (isOfJob(parent) || (kind === "exec" && beginsJob(observation))) add(process);
      }
    },
    has,
    list: () => toRefs(members),
    workers: () => toRefs(workers).filter(({ pid }) => WORKERS.has(basename(readExecutable(pid)))),
  };
}

function isIn(table: ReadonlyMap<number, number>, ref: ProcessRef): boolean {
  return table.get(ref.pid) === ref.startTicks;
}

function toRefs(table: ReadonlyMap<number, number>): ProcessRef[] {
  return Array.from(table, ([pid, startTicks]) => ({ pid, startTicks }));
}
