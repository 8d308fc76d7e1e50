/** What is watched, with what it needs of the other parts. */
import { toRunView } from "./api/run-view.ts";
import { readEventLines } from "./ingest/event-lines.ts";
import { createLive, type Live, type LiveOptions } from "./live/live.ts";
import type { EventStore } from "./stores/event-store.ts";
import type { RunQueries } from "./stores/run-queries.ts";

export interface LiveSurroundings extends Pick<LiveOptions, "changes" | "isGranted" | "bounds"> {
  readonly store: Pick<EventStore, "listBatches" | "findRunOfAny"> & Pick<RunQueries, "showRun">;
  readonly onDefect: (error: unknown) => void;
}

export function startLive({ store, onDefect, ...options }: LiveSurroundings): Live {
  const showRun = (tenant: string, runId: string) => {
    try {
      const run = store.showRun(tenant, runId);
      return run === undefined ? undefined : toRunView(run);
    } catch (error) {
      onDefect(error);
      return undefined;
    }
  };
  return createLive({
    ...options,
    tenants: { showRun },
    runs: {
      showRun,
      readNext(runId, afterSeq) {
        const mayHoldOthers = store.findRunOfAny(runId)?.deadLetters !== 0;
        for (const batch of store.listBatches(runId, { afterSeq, kind: null })) {
          const lines = readEventLines(batch, { afterSeq, mayHoldOthers });
          return { lines, lastSeq: batch.firstSeq + batch.count - 1 };
        }
        return undefined;
      },
    },
  });
}
