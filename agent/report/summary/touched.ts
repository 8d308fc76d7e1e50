import type { Report } from "../../../protocol/report.ts";
import { toKey } from "../model/folded-list.ts";
import type { ReportedMemoryAccess } from "../model/reported-lists.ts";
import { type ProcessIndex, programName } from "./process-index.ts";

/** Something touched that a build has little business with. Text is the job's, unescaped. */
export interface TouchedRow {
  /** What was done, in words of ours. */
  readonly action: string;
  /** What it was done to. */
  readonly object: string;
  readonly program: string;
  readonly count: number;
  readonly succeeded: boolean;
}

const MEMORY_ACTIONS: Readonly<Record<ReportedMemoryAccess["method"], string>> = {
  "proc-mem": "read memory",
  "proc-maps": "read memory map",
  "proc-environ": "read environment",
  "proc-map-files": "read mapped files",
  ptrace: "ptrace",
  "process-vm-readv": "read memory",
  "process-vm-writev": "write memory",
  "pidfd-getfd": "take descriptors",
};

/** Memory of other processes first, then privileged operations, then watched files; what failed after what succeeded. */
export function toTouchedRows(report: Report, index: ProcessIndex): TouchedRow[] {
  const rows = [
    ...report.memoryAccesses.map((access) => toMemoryRow(access, index)),
    ...report.privilegedOperations.map(({ processId, operation, detail, count, succeeded }) => ({
      action: operation,
      object: detail,
      program: index.programName(processId),
      count,
      succeeded,
    })),
    ...report.fileReads.map(({ processId, path, count }) => ({
      action: "read",
      object: path,
      program: index.programName(processId),
      count,
      succeeded: true,
    })),
  ];
  const joined = joinSame(rows);
  return [
    ...joined.filter(({ succeeded }) => succeeded),
    ...joined.filter(({ succeeded }) => !succeeded),
  ];
}

function toMemoryRow(access: ReportedMemoryAccess, index: ProcessIndex): TouchedRow {
  const { processId, method, target, count, succeeded } = access;
  const process = index.find(target.process ?? null);
  const name = process === undefined ? "" : ` (${programName(process.executable)})`;
  const object = target.process === processId ? "itself" : `pid ${target.pid}${name}`;
  return {
    action: MEMORY_ACTIONS[method],
    object,
    program: index.programName(processId),
    count,
    succeeded,
  };
}

function joinSame(rows: readonly TouchedRow[]): TouchedRow[] {
  const joined = new Map<string, TouchedRow>();
  for (const row of rows) {
    const key = toKey(row.action, row.object, row.program, row.succeeded);
    const known = joined.get(key);
    joined.set(key, known === undefined ? row : { ...known, count: known.count + row.count });
  }
  return [...joined.values()];
}
