/** Tells what began, changed and ended between two looks at the process table. */
import type { Observation, ProcessRef } from "../../observation.ts";
import { createExcessCounter } from "./excess-counter.ts";
import type { ProcessStat } from "./process-stat.ts";
import type { ProcessTable } from "./process-table.ts";
import type { SampleContext } from "./sample-context.ts";
import { readSettledProcess, type SettledProcess } from "./settled-process.ts";

export interface TrackedProcess {
  readonly ref: ProcessRef;
  readonly programMark: string;
  readonly networkNamespace: string | undefined;
  readonly isUnreadable: boolean;
  readonly hasExited: boolean;
}

export interface ProcessSample {
  /** Everything in /proc: parents may be outside the scope. */
  readonly all: readonly ProcessStat[];
  /** Those to report, each after its parent. */
  readonly members: readonly ProcessStat[];
  /** Pids that exist although `all` does not hold them. */
  readonly unreadable: ReadonlySet<number>;
}

export interface ProcessTracker {
  sample(sample: ProcessSample, context: SampleContext): void;
  /** Those alive, oldest first. */
  alive(): readonly TrackedProcess[];
}

interface ProcessTrackerOptions {
  readonly table: ProcessTable;
  readonly maxProcesses: number;
  readonly observe: (observation: Observation) => void;
}

export function createProcessTracker(options: ProcessTrackerOptions): ProcessTracker {
  const { table, maxProcesses, observe } = options;
  const tracked = new Map<number, TrackedProcess>();
  const excess = createExcessCounter();

  return {
    alive: () =>
      [...tracked.values()]
        .filter(({ hasExited }) => !hasExited)
        .toSorted((a, b) => a.ref.startTicks - b.ref.startTicks || a.ref.pid - b.ref.pid),
    sample(sample, context) {
      forgetVanished(sample, context);
      const refs = new Map(sample.all.map(({ pid, startTicks }) => [pid, { pid, startTicks }]));
      let withoutRoom = 0;
      for (const stat of sample.members) {
        const known = tracked.get(stat.pid);
        const parent = refs.get(stat.parentPid) ?? { pid: stat.parentPid, startTicks: 0 };
        if (known !== undefined) followKnown(known, { stat, parent }, context);
        else if (tracked.size < maxProcesses) meetNew({ stat, parent }, context);
        else withoutRoom += 1;
      }
      reportLoss("proc-table-full", excess.increaseTo(withoutRoom), context);
    },
  };

  function forgetVanished({ members, unreadable }: ProcessSample, context: SampleContext): void {
    const present = new Map(members.map(({ pid, startTicks }) => [pid, startTicks]));
    for (const { ref, hasExited } of tracked.values()) {
      if (present.get(ref.pid) === ref.startTicks || unreadable.has(ref.pid)) continue;
      tracked.delete(ref.pid);
      if (!hasExited) reportExit(ref, context);
    }
  }

  function followKnown(known: TrackedProcess, found: Found, context: SampleContext): void {
    const { stat } = found;
    if (known.hasExited) return;
    if (stat.hasExited) {
      tracked.set(stat.pid, { ...known, hasExited: true });
      reportExit(known.ref, context);
      return;
    }
    // The arguments and layout of a process whose first thread ended are no longer where they were.
    if (stat.lostItsLeader || table.programMark(stat) === known.programMark) return;
    const settled = readSettledProcess(table, stat);
    if (settled !== undefined) reportExec(settled, found.parent, { ...context, origin: "live" });
  }

  function meetNew(found: Found, context: SampleContext): void {
    const { stat, parent } = found;
    if (hasParentsProgram(stat, parent)) {
      reportFork(found, context);
      return;
    }
    const settled = readSettledProcess(table, stat);
    if (settled === undefined) {
      reportLoss("proc-process-vanished", 1, context);
      return;
    }
    reportExec(settled, parent, context);
  }

  /** A copy of its parent's address space: it was forked, and has run no program of its own yet. */
  function hasParentsProgram(stat: ProcessStat, parent: ProcessRef): boolean {
    const known = tracked.get(parent.pid);
    return (
      stat.layout !== undefined &&
      known?.ref.startTicks === parent.startTicks &&
      known.programMark === stat.layout
    );
  }

  function reportFork({ stat, parent }: Found, { at }: SampleContext): void {
    const ref = toRef(stat);
    const known = tracked.get(parent.pid);
    tracked.set(stat.pid, {
      ref,
      programMark: table.programMark(stat),
      networkNamespace: known?.networkNamespace,
      isUnreadable: false,
      hasExited: false,
    });
    observe({ kind: "fork", at, process: ref, parent });
  }

  function reportExec(
    { stat, details }: SettledProcess,
    parent: ProcessRef,
    context: SampleContext,
  ): void {
    const { namespacePids: _, networkNamespace, isUnreadable, ...program } = details;
    const ref = toRef(stat);
    tracked.set(stat.pid, {
      ref,
      programMark: table.programMark(stat),
      networkNamespace,
      isUnreadable,
      hasExited: stat.hasExited,
    });
    observe({
      kind: "exec",
      at: context.at,
      process: ref,
      parent,
      ...program,
      origin: context.origin,
    });
    if (stat.hasExited) reportExit(ref, context);
  }

  function reportExit(process: ProcessRef, { at }: SampleContext): void {
    observe({ kind: "exit", at, process, exitCode: null, signal: null });
  }

  function reportLoss(reason: string, count: number, { at }: SampleContext): void {
    if (count > 0) observe({ kind: "loss", at, sensor: "proc", reason, lost: "exec", count });
  }
}

interface Found {
  readonly stat: ProcessStat;
  readonly parent: ProcessRef;
}

function toRef({ pid, startTicks }: ProcessStat): ProcessRef {
  return { pid, startTicks };
}
