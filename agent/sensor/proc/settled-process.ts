import type { ProcessDetails } from "./process-details.ts";
import type { ProcessStat } from "./process-stat.ts";
import type { ProcessTable } from "./process-table.ts";

/** A process and what it runs, both of one program. */
export interface SettledProcess {
  readonly stat: ProcessStat;
  readonly details: ProcessDetails;
}

/**
 * An exec between the first and the last file would mix two programs; the layout tells, and one more reading mends it.
 * Undefined when the process has gone before anything of it could be read.
 */
export function readSettledProcess(
  table: ProcessTable,
  stat: ProcessStat,
): SettledProcess | undefined {
  const details = table.details(stat);
  const later = table.stat(stat.pid);
  if (later === undefined || later.startTicks !== stat.startTicks) {
    return details && { stat, details };
  }
  // One that has ended shows its program no more, so what was read before stands.
  if (later.layout === stat.layout || later.hasExited) return details && { stat: later, details };
  const reread = table.details(later) ?? details;
  return reread && { stat: later, details: reread };
}
