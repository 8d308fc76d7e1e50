/** What becomes of runs and commands, for whoever runs the collector. */
import type { CommandChange } from "./commands/commands.ts";
import type { EventStore, RunOfTenant } from "./event-store.ts";
import type { CollectorMetrics } from "./metrics/collector-metrics.ts";

export interface Journal {
  readonly onStart: () => void;
  readonly onGoodbye: () => void;
  readonly onSilent: (runs: readonly RunOfTenant[]) => void;
  readonly onChange: (change: CommandChange) => void;
}

export interface JournalOptions {
  readonly metrics: CollectorMetrics;
  readonly store: Pick<EventStore, "findLastFinding">;
}

export function createJournal({ metrics, store }: JournalOptions): Journal {
  return {
    onStart: () => metrics.countStart(),
    onGoodbye: () => metrics.countGoodbye(),
    onSilent: (runs) => metrics.countSilent(runs.length),
    onChange({ runId, askedAt, state }) {
      metrics.countCommand(state);
      if (state !== "obeyed") return;
      // What an operator saw when he asked: a command that nothing led to contains nothing.
      const seenAt = store.findLastFinding(runId, askedAt);
      if (seenAt !== undefined) metrics.noteContained((Date.now() - Date.parse(seenAt)) / 1_000);
    },
  };
}
