/** Losses that the program itself cannot count: runs that the kernel skipped, and records that made no sense. */
import type { Loss, SharedState } from "./counters.ts";
import type { BpfObject } from "./libbpf.ts";
import type { RingReader } from "./ring-reader.ts";

export interface HiddenLosses {
  total(): number;
  /** What was lost since this was asked last; `lost` names the program. */
  take(): Loss[];
}

interface HiddenLossSources {
  readonly object: BpfObject;
  readonly reader: RingReader;
  readonly shared: SharedState;
}

/** They tell of nothing that was skipped: an interrupt takes pages of its own while one of them looks at a process's. */
const JUDGES_OF_MEMORY: ReadonlySet<string> = new Set(["on_page_taken", "on_memory_locked"]);

/** Asking costs a system call for each program, so this is for the end and not for every look at the ring. */
export function createHiddenLosses({ object, reader, shared }: HiddenLossSources): HiddenLosses {
  const reported = new Map<string, number>();
  /** Of the two TCP programs the kernel skips one at a time: the other one takes what it is skipped for. */
  const skippedRuns = (program: string): number => {
    if (program === "on_interrupting_tcp_state" || JUDGES_OF_MEMORY.has(program)) return 0;
    const misses = object.recursionMisses(program);
    return program === "on_tcp_state"
      ? Math.max(0, misses - shared.interruptingTcpStates())
      : misses;
  };
  const read = (): Loss[] => [
    ...object.programs.map((program) => ({
      reason: "kernel-program-busy" as const,
      lost: program,
      count: skippedRuns(program),
    })),
    { reason: "kernel-ring-corrupt", lost: "records", count: reader.corruptions },
  ];

  return {
    total: () => read().reduce((sum, { count }) => sum + count, 0),
    take() {
      const losses = read().map((loss) => ({
        ...loss,
        count: loss.count - (reported.get(loss.lost) ?? 0),
      }));
      for (const { lost, count } of losses) {
        reported.set(lost, (reported.get(lost) ?? 0) + count);
      }
      return losses.filter(({ count }) => count > 0);
    },
  };
}
