/** Does what a rule asks for about who set it off, within limits, and says what it did. */
import { constants } from "node:os";
import { basename } from "node:path";

import type { Response, Severity } from "../../protocol/index.ts";
import { matchesGlob } from "../../protocol/matches-glob.ts";
import type { Observation, ProcessRef } from "../observation.ts";
import { createJobMembers, type JobMembers, type JobMembersOptions } from "./job-members.ts";
import { killJob } from "./kill-job.ts";
import { createKillLimit } from "./kill-limit.ts";
import { loadProcessLibc, type ProcessLibc } from "./process-libc.ts";
import { readExecutable, readProcess, type RunningProcess } from "./process-table.ts";
import { signalExactly } from "./signal-exactly.ts";

const { SIGKILL, SIGSTOP } = constants.signals;
const MAX_REMEMBERED = 4_096;
const MAX_LINEAGE = 64;

export interface ResponseRequest {
  readonly response: Response;
  /** Who did it, where that is known. */
  readonly process: ProcessRef | undefined;
  readonly rule: string;
  /** What is critical is documented, also where one process alone is ended. */
  readonly severity?: Severity;
  /** The kernel's program has ended it. */
  readonly alreadyKilled?: boolean;
}

export interface ResponseResult {
  readonly done: Response;
  /** Why it is not what was asked for. */
  readonly reason?: string;
}

/** What is about to be ended, and why; all of it stands still. */
export interface Incident {
  readonly rule: string;
  readonly response: Response;
  readonly culprit: ProcessRef | undefined;
  readonly processes: readonly RunningProcess[];
}

export interface ResponderOptions {
  readonly scope: "command" | "pod" | "host";
  readonly guardPid: number;
  /** The directory of the command's own cgroup (v2), or null. */
  readonly cgroup: string | null;
  /** Executables that are never ended: whole paths, with `*` for any letters. */
  readonly neverKill: readonly string[];
  readonly maxKillsPerMinute: number;
  /** Processes of the job that are kept in mind. */
  readonly maxProcesses: number;
  /** Called while all of the job stands still. */
  readonly takeEvidence: (incident: Incident) => Promise<void>;
  /** How long the job stands still for that. */
  readonly evidenceMs: number;
  /** Takes in what sensors have seen until now. */
  readonly catchUp: () => Promise<void>;
  /** Called when none of it lives any more; `survivors` are those that the kernel itself would not end. */
  readonly onJobKilled: (rule: string, survivors: readonly ProcessRef[]) => void;
  /** Called for each process of the runner's in the scopes `pod` and `host`. */
  readonly onRunner?: (runner: ProcessRef) => void;
  readonly isOfCiJob?: NonNullable<JobMembersOptions["isOfCiJob"]>;
  /** Milliseconds that never go back. */
  readonly now: () => number;
}

export interface Responder {
  /** Decides at once; a job takes some milliseconds to end. */
  respond(request: ResponseRequest): ResponseResult;
  /** Why there is no job to end; undefined: there is one. */
  findObstacle(): string | undefined;
  /**
   * For an operator: no limit counts, since somebody stands behind it, and a job that was ended is ended again, since it may be another
   * one by now. Who was alive in spite of it.
   */
  endJob(rule: string): Promise<readonly ProcessRef[]>;
  observe(observation: Observation): void;
  /** Waits for what is under way. */
  settle(): Promise<void>;
  readonly counts: { readonly kills: number; readonly overLimit: number };
}

export function createResponder(options: ResponderOptions): Responder {
  const members = createJobMembers(options);
  const limit = createKillLimit(options.maxKillsPerMinute, options.now);
  const counts = { kills: 0, overLimit: 0 };
  const ended = new Map<string, ResponseResult>();
  const documented = new Set<string>();
  let libc: ProcessLibc | undefined;
  let jobEnd: Promise<readonly ProcessRef[]> | undefined;

  const mayKill = (): boolean => {
    const isLeft = limit.take();
    if (isLeft) counts.kills += 1;
    else counts.overLimit += 1;
    return isLeft;
  };
  /** Of what happens again and again the first time says enough. */
  const document = (request: ResponseRequest, processes: readonly RunningProcess[]): void => {
    const { rule, response, process: culprit, severity } = request;
    if (severity !== "critical" || documented.has(rule)) return;
    documented.add(rule);
    void options.takeEvidence({ rule, response, culprit, processes });
  };
  const endProcess = (request: ResponseRequest, process: ProcessRef): ResponseResult => {
    const key = `${process.pid}-${process.startTicks}`;
    const known = ended.get(key);
    if (known) return known;
    const obstacle = findObstacle(process, { ...options, members });
    if (obstacle !== undefined) return { done: "report", reason: obstacle };
    if (!mayKill()) return { done: "report", reason: LIMIT_REACHED };
    libc ??= loadProcessLibc();
    signalExactly(libc, process, SIGSTOP);
    document(request, listLineage(process, members));
    const isKilled = signalExactly(libc, process, SIGKILL);
    const result: ResponseResult = isKilled
      ? { done: "kill-process" }
      : { done: "report", reason: "the guard may not end the process" };
    if (ended.size < MAX_REMEMBERED) ended.set(key, result);
    return result;
  };
  /** Around one command there is always one; elsewhere it is what a runner started that is known for one. */
  const findJobObstacle = (): string | undefined => {
    const isKnown =
      options.scope === "command" || members.list().length > 0 || members.workers().length > 0;
    return isKnown ? undefined : NO_JOB;
  };
  const endJob = (request: ResponseRequest): ResponseResult => {
    const { rule, response, process, alreadyKilled } = request;
    const reason = response === "kill-job" ? {} : { reason: NO_COLLECTOR };
    // Nobody is left of it by then: what is told late is still its doing.
    if (jobEnd) return { done: "kill-job", ...reason };
    const obstacle = findJobObstacle();
    if (obstacle !== undefined)
      return { done: alreadyKilled ? "kill-process" : "report", reason: obstacle };
    if (!mayKill()) return { done: "report", reason: LIMIT_REACHED };
    libc ??= loadProcessLibc();
    const workers = members.workers();
    jobEnd = endWholeJob(libc, { rule, response, culprit: process, workers });
    return { done: "kill-job", ...reason };
  };
  const endWholeJob = async (
    held: ProcessLibc,
    { workers, ...incident }: Omit<Incident, "processes"> & { workers: readonly ProcessRef[] },
  ): Promise<readonly ProcessRef[]> => {
    // Its death is what makes the runner report that the job failed.
    const endWorkers = (): void => {
      for (const worker of workers) signalExactly(held, worker, SIGKILL);
    };
    // A guard that crashes meanwhile would leave them standing, and the runner waiting for hours.
    process.once("exit", endWorkers);
    // It would see its step end, and could be over with success before its turn comes.
    for (const worker of workers) signalExactly(held, worker, SIGSTOP);
    try {
      const survivors = await killJob({
        ...options,
        members,
        libc: held,
        takeEvidence: (processes) => options.takeEvidence({ ...incident, processes }),
      });
      options.onJobKilled(incident.rule, survivors);
      return survivors;
    } finally {
      process.off("exit", endWorkers);
      endWorkers();
    }
  };

  return {
    respond(request) {
      const { response, process, alreadyKilled = false } = request;
      if (response === "report") return { done: "report" };
      if (response !== "kill-process") return endJob(request);
      if (alreadyKilled) {
        document(request, []);
        return { done: "kill-process" };
      }
      return process
        ? endProcess(request, process)
        : { done: "report", reason: "nobody is known to have done it" };
    },
    findObstacle: () => (jobEnd ? undefined : findJobObstacle()),
    endJob(rule) {
      const before = jobEnd;
      const end = async () => {
        await before;
        counts.kills += 1;
        libc ??= loadProcessLibc();
        const workers = members.workers();
        return endWholeJob(libc, { rule, response: "kill-job", culprit: undefined, workers });
      };
      // At once, so that whoever waits for the end of all waits for this one too.
      return (jobEnd = end());
    },
    observe: (observation) => members.observe(observation),
    async settle() {
      await jobEnd;
    },
    counts,
  };
}

const LIMIT_REACHED = "kill limit reached";
const NO_JOB = "no runner is known here, so nobody is known to be the job's";
const NO_COLLECTOR = "no collector does that yet, so the job was ended here";

/** From the process up, as far as it is the job's. */
function listLineage(process: ProcessRef, members: JobMembers): RunningProcess[] {
  const lineage: RunningProcess[] = [];
  let next = readProcess(process.pid);
  while (next && members.has(next) && lineage.length < MAX_LINEAGE) {
    lineage.push(next);
    next = readProcess(next.parentPid);
  }
  return lineage;
}

interface Bounds extends Pick<ResponderOptions, "guardPid" | "neverKill"> {
  readonly members: JobMembers;
}

/** Why this process is not to be ended; undefined where nothing speaks against it. */
function findObstacle(
  process: ProcessRef,
  { guardPid, neverKill, members }: Bounds,
): string | undefined {
  if (process.pid === guardPid) return "it is the guard itself";
  if (process.pid === 1) return "it is the first process, with which all others would end";
  if (readProcess(process.pid)?.startTicks !== process.startTicks) return "the process had ended";
  if (!members.has(process)) return "the process is not the job's";
  const executable = readExecutable(process.pid);
  const spared = neverKill.find((pattern) => matchesGlob(pattern, executable));
  return spared === undefined
    ? undefined
    : `policy says that ${basename(executable)} is never to be ended (${spared})`;
}
