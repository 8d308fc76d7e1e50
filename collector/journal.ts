/** What becomes of runs, commands and requests: counted, and logged for whoever runs the collector. */
import type { CommandChange } from "./commands/commands.ts";
import type { CollectorLog } from "./log.ts";
import type { CollectorMetrics } from "./metrics/collector-metrics.ts";
import type { EventStore, NewRun, RunOfTenant } from "./stores/event-store.ts";

export interface SeenRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

export interface Journal extends Disposable {
  readonly onStart: (run: NewRun) => void;
  readonly onGoodbye: (run: RunOfTenant) => void;
  readonly onSilent: (runs: readonly RunOfTenant[]) => void;
  readonly onChange: (change: CommandChange) => void;
  /** What became of a request: "ok", or the code of its refusal. */
  readonly onOutcome: (outcome: string, request: SeenRequest) => void;
}

export interface JournalOptions {
  readonly metrics: CollectorMetrics;
  readonly store: Pick<EventStore, "findLastFinding">;
  readonly log: CollectorLog;
  /** For whoever watches. */
  readonly onRun: (runId: string) => void;
}

/** Refusals come by the thousand, and are told together. */
const REFUSALS_EACH_MS = 60_000;
/** To be named one by one; there is a figure for all. */
const MAX_NAMED = 20;

export function createJournal({ metrics, store, log, onRun }: JournalOptions): Journal {
  const refused = new Map<string, number>();
  const tellRefused = (): void => {
    if (refused.size === 0) return;
    log.write("info", "requests were refused", Object.fromEntries(refused));
    refused.clear();
  };
  const timer = setInterval(tellRefused, REFUSALS_EACH_MS).unref();
  return {
    onStart({ id, tenant, guardRunId, ci, effectiveMode }) {
      metrics.countStart();
      onRun(id);
      const { repository, workflow, job } = ci ?? {};
      const names = { run: id, tenant, guardRunId, repository, workflow, job };
      log.write("info", "run began", { ...names, mode: effectiveMode });
    },
    onGoodbye({ runId, tenant }) {
      metrics.countGoodbye();
      onRun(runId);
      log.write("info", "run ended", { run: runId, tenant });
    },
    onSilent(runs) {
      metrics.countSilent(runs.length);
      for (const { runId } of runs) onRun(runId);
      for (const { runId, tenant } of runs.slice(0, MAX_NAMED)) {
        log.write("warn", "run is silent", { run: runId, tenant });
      }
      if (runs.length > MAX_NAMED) log.write("warn", "runs are silent", { count: runs.length });
    },
    onChange({ runId, tenant, kind, number, askedAt, state }) {
      metrics.countCommand(state);
      onRun(runId);
      log.write("info", "command", { run: runId, tenant, kind, number, state });
      if (state !== "obeyed") return;
      // What an operator saw when he asked: a command that nothing led to contains nothing.
      const seenAt = store.findLastFinding(runId, askedAt);
      if (seenAt !== undefined) metrics.noteContained((Date.now() - Date.parse(seenAt)) / 1_000);
    },
    onOutcome(outcome, { method, url }) {
      metrics.countRequest(outcome);
      if (outcome !== "ok") refused.set(outcome, (refused.get(outcome) ?? 0) + 1);
      if (log.has("debug")) log.write("debug", "request", { method, url, outcome });
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      tellRefused();
    },
  };
}
