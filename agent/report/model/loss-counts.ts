import type { GuardEventOf } from "../../../protocol/events.ts";

/** What sensors and queues had to let go, by reason and by what it was. */
export interface LossCounts {
  add(event: GuardEventOf<"events-dropped">): void;
  byReason(): Record<string, number>;
  byKind(): Record<string, number>;
}

/** Losses under more than `maxNames` different names are counted under `other`. */
export function createLossCounts(maxNames: number): LossCounts {
  const reasons = new Map<string, number>();
  const kinds = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string, lost: number): void => {
    const heading = counts.has(name) || counts.size < maxNames ? name : "other";
    counts.set(heading, (counts.get(heading) ?? 0) + lost);
  };
  return {
    add(event) {
      count(reasons, event.reason, event.count);
      if (event.eventKind !== undefined) count(kinds, event.eventKind, event.count);
    },
    byReason: () => Object.fromEntries(reasons),
    byKind: () => Object.fromEntries(kinds),
  };
}
