/** What did not get to the collector: how many events for which reason, and of how many the collector does not know yet. */
export type LossReason =
  /** No room, by the bound. */
  | "spool-full"
  /** No room on the disk, or it cannot be written to. */
  | "spool-unwritable"
  /** What was kept is not what is there. */
  | "spool-damaged"
  /** They were in the memory of a guard that was killed. */
  | "guard-killed"
  /** This collector, or this state of it, never got them; another one did. */
  | "collector-changed"
  /** The collector said that it will never take them. */
  | "refused"
  /** Longer than a line may be. */
  | "too-long"
  /** The collector takes none of this guard, until somebody mends something. */
  | "not-accepted"
  /** The guard had to end before they were sent. */
  | "out-of-time";

export interface Losses {
  add(reason: LossReason, count: number): void;
  /** All that is missing on this wire, and not lost: another collector has them. */
  setElsewhere(count: number): void;
  /** Of `count` that are missing on the wire, by reason; what nobody knows the reason of was damaged. */
  take(count: number): ReadonlyMap<LossReason, number>;
  /** What was taken was not told after all. */
  giveBack(taken: ReadonlyMap<LossReason, number>): void;
  readonly byReason: Readonly<Record<string, number>>;
}

export function createLosses(): Losses {
  const total = new Map<LossReason, number>();
  const untold = new Map<LossReason, number>();
  const increase = (counts: Map<LossReason, number>, reason: LossReason, count: number): void => {
    if (count > 0) counts.set(reason, (counts.get(reason) ?? 0) + count);
  };
  return {
    add(reason, count) {
      increase(total, reason, count);
      increase(untold, reason, count);
    },
    setElsewhere(count) {
      untold.delete("collector-changed");
      increase(untold, "collector-changed", count);
    },
    take(count) {
      const taken = new Map<LossReason, number>();
      let rest = count;
      for (const [reason, known] of toOrder(untold)) {
        const part = Math.min(known, rest);
        if (part > 0) taken.set(reason, part);
        rest -= part;
        if (part === known) untold.delete(reason);
        else untold.set(reason, known - part);
      }
      increase(taken, "spool-damaged", rest);
      increase(total, "spool-damaged", rest);
      return taken;
    },
    giveBack(taken) {
      for (const [reason, count] of taken) increase(untold, reason, count);
    },
    get byReason() {
      return Object.fromEntries(total);
    },
  };
}

/** What is elsewhere was sent once, and lies before all that never was: taken later, it would be called damaged by and by. */
function toOrder(untold: ReadonlyMap<LossReason, number>): readonly [LossReason, number][] {
  const all = [...untold];
  const isElsewhere = ([reason]: [LossReason, number]): boolean => reason === "collector-changed";
  return [...all.filter(isElsewhere), ...all.filter((one) => !isElsewhere(one))];
}
