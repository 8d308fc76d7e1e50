/** Removes what is too old at its times, beside what agents send. */
import { setTimeout } from "node:timers/promises";

import type { RetentionStore } from "../stores/retention-store.ts";
import { type Removed, removeOld, type RemoveOldOptions } from "./remove-old.ts";
import type { RetentionRules } from "./retention-ages.ts";
import { startSchedule } from "./schedule.ts";

export interface RetentionOptions extends Pick<RemoveOldOptions, "rules" | "sign" | "uptime"> {
  readonly store: RetentionStore;
  readonly rules: RetentionRules;
  /** Of cron. */
  readonly pattern: string;
  readonly now: () => number;
  /** What was removed at one time. */
  readonly onRemoved: (removed: Removed) => void;
  /** It ended before it was done; what is left is removed the next time. */
  readonly onFault: (error: unknown) => void;
}

/** At night, and not when all the others do something. */
export const USUAL_PRUNE_AT = "17 3 * * *";
/** It works for a fifth of the time at most. */
const REST = 4;
const MIN_PAUSE_MS = 10;

export function startRetention(options: RetentionOptions): AsyncDisposable {
  const { store, rules, pattern, now, sign, uptime, onRemoved, onFault } = options;
  const controller = new AbortController();
  const { signal } = controller;
  let current: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    const pause = createPause(signal);
    const given = { store, remover: store, rules, sign, uptime, pause, signal };
    current = removeOld({ ...given, now: now() }).then(onRemoved, (error: unknown) => {
      if (!signal.aborted) onFault(error);
    });
    await current;
  };
  const schedule = startSchedule({ pattern, run });
  return {
    async [Symbol.asyncDispose]() {
      schedule[Symbol.dispose]();
      controller.abort();
      await current;
    },
  };
}

function createPause(signal: AbortSignal): (tookMs: number) => Promise<void> {
  return async (tookMs) => {
    await setTimeout(Math.max(MIN_PAUSE_MS, tookMs * REST), undefined, { signal }).catch(() => {});
  };
}
