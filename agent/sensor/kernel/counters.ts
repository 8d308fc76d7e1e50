/** Reads `shared` (bpf/state.h), which the kernel's side writes: what it produced, and what it had to let go. */
import { RECORD_KINDS, RECORD_NAMES } from "./record-kinds.ts";

const COUNTERS_OFFSET = 8;
/** Bytes of `shared`: phase, guard_tgid and the counters. */
const UNTRACKED = RECORD_KINDS * 3;
const INTERRUPTING_TCP_STATES = UNTRACKED + 1;
const COUNTERS = INTERRUPTING_TCP_STATES + 1;
export const SHARED_STATE_SIZE = COUNTERS_OFFSET + 8 * COUNTERS;
export const PHASE = { canary: 0, watching: 1, armed: 2 } as const;

type LossReason =
  | "kernel-ring-full"
  | "kernel-scratch-busy"
  | "kernel-table-full"
  | "kernel-program-busy"
  | "kernel-ring-corrupt";

export interface Loss {
  readonly reason: LossReason;
  readonly lost: string;
  readonly count: number;
}

export interface SharedState {
  setPhase(phase: (typeof PHASE)[keyof typeof PHASE]): void;
  /** The guard's own pid in the initial pid namespace; 0 until the kernel has seen it do something. */
  guardThreadGroup(): number;
  producedCount(): number;
  droppedCount(): number;
  /** Times that another program took what `on_tcp_state` was skipped for. */
  interruptingTcpStates(): number;
  /** What was lost since this was asked last. */
  takeLosses(): Loss[];
}

export function createSharedState(section: ArrayBuffer): SharedState {
  const words = new Uint32Array(section, 0, 2);
  const counters = new BigUint64Array(section, COUNTERS_OFFSET, COUNTERS);
  const reported = new Map<string, number>();

  const counter = (index: number): number => Number(Atomics.load(counters, index));
  const sum = (from: number, to: number): number => {
    let total = 0;
    for (let index = from; index < to; index += 1) total += counter(index);
    return total;
  };

  return {
    setPhase(value) {
      Atomics.store(words, 0, value);
    },
    guardThreadGroup: () => Atomics.load(words, 1),
    producedCount: () => sum(0, RECORD_KINDS),
    droppedCount: () => sum(RECORD_KINDS, UNTRACKED + 1),
    interruptingTcpStates: () => counter(INTERRUPTING_TCP_STATES),
    takeLosses() {
      const losses: Loss[] = [];
      const note = (reason: LossReason, lost: string, index: number): void => {
        const key = `${reason} ${lost}`;
        const total = counter(index);
        const count = total - (reported.get(key) ?? 0);
        if (count === 0) return;
        reported.set(key, total);
        losses.push({ reason, lost, count });
      };
      for (const [kind, name] of RECORD_NAMES) {
        note("kernel-ring-full", name, RECORD_KINDS + kind);
        note("kernel-scratch-busy", name, RECORD_KINDS * 2 + kind);
      }
      note("kernel-table-full", "descendants", UNTRACKED);
      return losses;
    },
  };
}
