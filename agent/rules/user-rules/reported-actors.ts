/** The processes of a report as rules see them. */
import type { Report, ReportedProcess } from "../../../protocol/index.ts";
import type { ExecObservation, Microseconds, ProcessRef } from "../../observation.ts";
import type { Actor } from "../facts/actor.ts";
import { toProgramFacts } from "../facts/program-facts.ts";

/** Undefined: the report does not list it. */
export type ReportedActors = (id: string | null) => Actor | undefined;

/** A run of a program by a process: those before its last one have their path and arguments alone. */
export interface ReportedExec {
  readonly seen: ExecObservation;
  readonly actor: Actor;
}

/** A chain that leads back to itself, which no run has, ends here as one that is too long does. */
const MAX_DEPTH = 256;

export function createReportedActors({ processes }: Pick<Report, "processes">): ReportedActors {
  const listed = new Map(processes.map((process) => [process.id, process]));
  const made = new Map<string, Actor>();
  const find = (id: string | null, steps: number): Actor | undefined => {
    const process = id === null ? undefined : listed.get(id);
    if (process === undefined || steps > MAX_DEPTH) return undefined;
    const known = made.get(process.id);
    if (known !== undefined) return known;
    const actor = toActor(process, find(process.parentId, steps + 1));
    made.set(process.id, actor);
    return actor;
  };
  return (id) => find(id, 0);
}

/** What it ran, oldest first. */
export function execsOf(process: ReportedProcess, actor: Actor): ReportedExec[] {
  if (!process.executed) return [];
  const earlier = (process.earlierPrograms ?? []).map(({ executable, args }) => {
    const { script: _, ...rest } = process;
    const seen = toExec({ ...rest, executable, args, workingDirectory: null });
    return { seen, actor: { ...actor, program: toProgramFacts(seen) } };
  });
  return [...earlier, { seen: toExec(process), actor }];
}

export function toMicroseconds(timestamp: string): Microseconds {
  return Date.parse(timestamp) * 1000;
}

function toActor(process: ReportedProcess, parent: Actor | undefined): Actor {
  const { id, pid, step, startedAt, endedAt, executed, userId } = process;
  return {
    ref: toRef(id, pid),
    id,
    parent,
    depth: parent === undefined ? 0 : parent.depth + 1,
    step,
    startedAt: toMicroseconds(startedAt),
    endedAt: endedAt === null ? undefined : toMicroseconds(endedAt),
    // Of a fork whose parent's start was not seen nothing is known.
    program: userId === null ? undefined : toProgramFacts(toExec(process)),
    hasExecuted: executed,
  };
}

function toExec(process: ReportedProcess): ExecObservation {
  const { id, pid, startedAt, userId, groupId, image, script, stdin, stdout, stderr } = process;
  const { executable, args, argsTruncated, workingDirectory } = process;
  return {
    kind: "exec",
    at: toMicroseconds(startedAt),
    process: toRef(id, pid),
    parent: { pid: 0, startTicks: 0 },
    executable,
    args,
    argsTruncated,
    ...(script !== undefined && { script }),
    workingDirectory,
    userId: userId ?? 0,
    groupId: groupId ?? 0,
    image: image ?? "file",
    ...(stdin && { stdin }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
    environment: {},
    origin: "live",
  };
}

/** Ids are made of the pid and of when it started, in the base of 36. */
function toRef(id: string, pid: number): ProcessRef {
  return { pid, startTicks: Number.parseInt(id.slice(id.indexOf("-") + 1), 36) };
}
