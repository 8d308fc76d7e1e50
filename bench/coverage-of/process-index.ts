import type { Report, ReportedProcess } from "../../protocol/report.ts";

export interface ProcessIndex {
  /** A pid that the kernel gave out again has several. */
  readonly byPid: ReadonlyMap<number, readonly ReportedProcess[]>;
  pidOf(processId: string | null): number | undefined;
}

export function toProcessIndex(report: Report): ProcessIndex {
  const byPid = Map.groupBy(report.processes, ({ pid }) => pid);
  const pids = new Map(report.processes.map(({ id, pid }) => [id, pid]));
  return {
    byPid,
    pidOf: (processId) => (processId === null ? undefined : pids.get(processId)),
  };
}
