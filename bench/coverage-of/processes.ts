import { z } from "zod";

import type { Report, ReportedProcess } from "../../protocol/report.ts";
import { toProcessIndex } from "./process-index.ts";

/** A line of spawn-short's log; `pid` is the parent, who wrote it. */
export const startedProcessSchema = z.object({
  did: z.literal("process"),
  pid: z.int(),
  child: z.int(),
  way: z.string(),
  executable: z.string(),
  name: z.string(),
  first: z.string(),
  second: z.string().optional(),
  livedMicroseconds: z.int(),
});
export type StartedProcess = z.infer<typeof startedProcessSchema>;

export interface ProcessCoverage {
  readonly made: number;
  readonly seen: number;
  readonly rightParent: number;
  readonly rightArgs: number;
  readonly rightExecutable: number;
}

/** Holds what a report says of processes against the generator's log. */
export function compareProcesses(
  truth: readonly StartedProcess[],
  report: Report,
): ProcessCoverage {
  const index = toProcessIndex(report);
  const found = truth.map((started) => ({ started, process: pickProcess(started, index.byPid) }));
  const count = (isRight: (started: StartedProcess, process: ReportedProcess) => boolean): number =>
    found.filter(({ started, process }) => process !== undefined && isRight(started, process))
      .length;
  return {
    made: truth.length,
    seen: count(() => true),
    rightParent: count((started, { parentId }) => index.pidOf(parentId) === started.pid),
    rightArgs: count(hasRightArgs),
    rightExecutable: count((started, { executable }) => executable === started.executable),
  };
}

/** The kernel may have given the pid out twice; the arguments are different for every process. */
function pickProcess(
  started: StartedProcess,
  byPid: ReadonlyMap<number, readonly ReportedProcess[]>,
): ReportedProcess | undefined {
  const candidates = byPid.get(started.child) ?? [];
  return candidates.find((process) => hasRightArgs(started, process)) ?? candidates[0];
}

function hasRightArgs(started: StartedProcess, { args }: ReportedProcess): boolean {
  const expected = [
    started.name,
    started.first,
    ...(started.second === undefined ? [] : [started.second]),
  ];
  return args.length === expected.length && args.every((arg, index) => arg === expected[index]);
}
