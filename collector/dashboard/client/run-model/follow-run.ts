/** Reads a run's events as the collector sends them: those that are stored and then those that come, in steps so small that the page never stands still. */
import { signal } from "@preact/signals";

import type { RunView } from "../api/types.ts";
import { createRunModel, type RunModel } from "./run-model.ts";

export type FollowState = "loading" | "live" | "complete" | "lost" | "unreadable";

export interface FollowedRun {
  readonly model: RunModel;
  /** Another number when the model has changed; no more often than it can be drawn. */
  readonly version: { readonly value: number };
  readonly state: { readonly value: FollowState };
  readonly run: { readonly value: RunView | undefined };
  /** Events that were read. */
  readonly loaded: { readonly value: number };
  readonly end: () => void;
}

/** Leaves half of a frame to what else there is. */
const STEP_MS = 8;
/** While events come in, what is shown of them is made anew so often. */
const SHOW_EACH_MS = 200;

export function followRun(runId: string): FollowedRun {
  const model = createRunModel();
  const version = signal(0);
  const state = signal<FollowState>("loading");
  const run = signal<RunView | undefined>(undefined);
  const loaded = signal(0);
  const waiting: string[] = [];
  let next = 0;
  let isWorking = false;
  let afterWork: FollowState | undefined;
  let shownAt = 0;
  let lastId = "";
  let source: EventSource | undefined;

  const work = async (): Promise<void> => {
    if (isWorking) return;
    isWorking = true;
    while (next < waiting.length) {
      const until = performance.now() + STEP_MS;
      while (next < waiting.length && performance.now() < until) {
        model.add(waiting[next] ?? "");
        next += 1;
      }
      loaded.value = model.lines.length;
      show(false);
      await giveWay();
    }
    waiting.length = 0;
    next = 0;
    isWorking = false;
    if (afterWork !== undefined) state.value = afterWork;
    show(true);
  };
  const show = (isLast: boolean): void => {
    const now = performance.now();
    if (!isLast && now - shownAt < SHOW_EACH_MS) return;
    shownAt = now;
    version.value += 1;
  };
  const settle = (settled: FollowState): void => {
    afterWork = settled;
    if (!isWorking) state.value = settled;
  };
  const close = (): void => {
    source?.close();
    source = undefined;
  };
  const open = (): void => {
    if (source !== undefined || document.hidden || state.value === "complete") return;
    source = new EventSource(toAddress(runId, lastId));
    source.addEventListener("events", ({ data, lastEventId }: MessageEvent<string>) => {
      lastId = lastEventId;
      if (data !== "") waiting.push(...data.split("\n"));
      void work();
    });
    source.addEventListener("run", ({ data }: MessageEvent<string>) => {
      run.value = JSON.parse(data) ?? undefined;
    });
    source.addEventListener("caught-up", () => settle("live"));
    source.addEventListener("unreadable", () => {
      settle("unreadable");
      close();
    });
    source.addEventListener("end", () => {
      settle("complete");
      close();
    });
    source.addEventListener("error", () => {
      // The browser tries again by itself, but for a refusal.
      if (source?.readyState === EventSource.CLOSED) settle("lost");
    });
  };
  const onVisibility = (): void => {
    if (document.hidden) close();
    else open();
  };
  document.addEventListener("visibilitychange", onVisibility);
  open();
  return {
    model,
    version,
    state,
    run,
    loaded,
    end() {
      document.removeEventListener("visibilitychange", onVisibility);
      close();
    },
  };
}

/** A new one cannot say what it has in a header. */
function toAddress(runId: string, lastId: string): string {
  const after = lastId === "" ? "" : `?after=${encodeURIComponent(lastId)}`;
  return `/v1/runs/${encodeURIComponent(runId)}/live${after}`;
}

/** To whatever the browser has to do. A timer would wait for four milliseconds. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
