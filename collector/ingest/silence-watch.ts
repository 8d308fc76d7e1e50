/** Marks runs as silent that neither send nor said goodbye. They are live again when they send. */
import type { EventStore, RunOfTenant } from "../stores/event-store.ts";
import { SILENCE } from "../stores/own-findings.ts";

export interface SilenceWatchOptions {
  readonly store: Pick<EventStore, "markSilent" | "listSilences">;
  readonly silentAfterMs: number;
  /** Milliseconds since 1970, by the clock that runs are stored with. It may jump. */
  readonly now: () => number;
  /** Milliseconds of a clock that does not. */
  readonly uptime: () => number;
  /** They are marked. */
  readonly onSilent: (runs: readonly RunOfTenant[]) => void;
}

export interface SilenceWatch {
  /** Has been silent who has been since this watch is there: nobody can send to a collector that is away. */
  look(): Promise<void>;
}

/** To be told of one by one; of a network that is gone it is enough. */
const MAX_TOLD = 10_000;
const MESSAGE =
  "The guard sends nothing any more and has not said goodbye: it was ended or cut off, or its machine is gone.";
/** What two clocks may differ between two looks; more is a jump. */
const MAX_DRIFT_MS = 2_000;

export function createSilenceWatch(options: SilenceWatchOptions): SilenceWatch {
  const { store, silentAfterMs, now, uptime, onSilent } = options;
  let fairSince = uptime();
  let offset = now() - uptime();
  return {
    async look() {
      const drift = now() - uptime() - offset;
      offset += drift;
      // Times from before the jump say nothing: whoever lives sends until then.
      if (Math.abs(drift) > MAX_DRIFT_MS) fairSince = uptime();
      if (uptime() - fairSince < silentAfterMs) return;
      const foundAt = now();
      await store.markSilent({
        earliest: foundAt - silentAfterMs,
        latest: foundAt + MAX_DRIFT_MS,
        foundAt,
        finding: { rule: SILENCE, severity: "critical", message: MESSAGE },
      });
      const silent = store.listSilences(foundAt, MAX_TOLD);
      if (silent.length > 0) onSilent(silent);
    },
  };
}
