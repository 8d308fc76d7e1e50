/** Reads a run's events as the collector sends them: those that are stored and then those that come, in steps so small that the page never stands still. */
import { signal } from "@preact/signals";

import type { RunView } from "../api/types.ts";
import { keepReading } from "../live/keep-reading.ts";
import type { StreamedEvent } from "../live/read-event-stream.ts";
import { whileInSight } from "../live/while-in-sight.ts";
import { createRunModel, type RunModel } from "./run-model.ts";

/** `lost`: it is tried again. */
export type FollowState = "loading" | "live" | "complete" | "lost" | "refused" | "unreadable";

export interface FollowedRun {
  readonly model: RunModel;
  /** Another number when the model has changed; no more often than it can be drawn. */
  readonly version: { readonly value: number };
  readonly state: { readonly value: FollowState };
  readonly run: { readonly value: RunView | undefined };
  /** Events that were read. */
  readonly loaded: { readonly value: number };
  /** Gives back what ends it. */
  readonly start: () => () => void;
}

/** A clock takes as long to read as a line. */
const LINES_AT_ONCE = 32;
/** Leaves a quarter of a frame to what else there is. */
const STEP_MS = 12;
/** While events come in, what is shown of them is made anew: soon at first, and ever more seldom, since it takes longer and longer. */
const FIRST_SHOWN_MS = 300;
const SHOWN_FACTOR = 4;
/** Of a run that goes on: so seldom, and four times as long as it takes. */
const SHOW_EACH_MS = 200;
/** Of the bar that says how far it is. */
const PROGRESS_EACH_MS = 200;
/** Read, and not looked at yet: the collector sends faster than a page folds. */
const MAX_WAITING_CHARACTERS = 33_554_432;

export function followRun(runId: string): FollowedRun {
  const model = createRunModel();
  const version = signal(0);
  const state = signal<FollowState>("loading");
  const run = signal<RunView | undefined>(undefined);
  const loaded = signal(0);
  const waiting: string[] = [];
  let waitingCharacters = 0;
  let next = 0;
  let working = Promise.resolve();
  let isWorking = false;
  let afterWork: FollowState | undefined;
  let toldAt = 0;
  let shownAt = performance.now();
  let showAfterMs = FIRST_SHOWN_MS;
  /** Nothing more comes. */
  let isOver = false;

  const work = async (): Promise<void> => {
    isWorking = true;
    while (next < waiting.length) {
      const until = performance.now() + STEP_MS;
      do {
        const end = Math.min(next + LINES_AT_ONCE, waiting.length);
        for (; next < end; next += 1) {
          const line = waiting[next] ?? "";
          model.add(line);
          waitingCharacters -= line.length;
        }
      } while (next < waiting.length && performance.now() < until);
      tellProgress();
      show(false);
      await giveWay();
    }
    waiting.length = 0;
    next = 0;
    isWorking = false;
    // Between two pieces of what is stored there is nothing to wait for.
    if (afterWork === undefined) return;
    loaded.value = model.lines.length;
    state.value = afterWork;
    show(true);
  };
  const tellProgress = (): void => {
    const now = performance.now();
    if (now - toldAt < PROGRESS_EACH_MS) return;
    toldAt = now;
    loaded.value = model.lines.length;
  };
  const show = (isLast: boolean): void => {
    const now = performance.now();
    if (!isLast && now - shownAt < showAfterMs) return;
    shownAt = now;
    version.value += 1;
    // The page is made anew by then: signals that change are followed at the next turn.
    setTimeout(() => {
      shownAt = performance.now();
      const tookMs = shownAt - now;
      showAfterMs =
        state.value === "loading"
          ? showAfterMs * SHOWN_FACTOR
          : Math.max(SHOW_EACH_MS, tookMs * SHOWN_FACTOR);
    });
  };
  const settle = (settled: FollowState): void => {
    afterWork = settled;
    if (isWorking) return;
    loaded.value = model.lines.length;
    state.value = settled;
    show(true);
  };
  const wait = (lines: readonly string[]): void => {
    for (const line of lines) {
      if (line === "") continue;
      waiting.push(line);
      waitingCharacters += line.length;
    }
    if (!isWorking) working = work();
  };
  const room = async (): Promise<void> => {
    if (waitingCharacters > MAX_WAITING_CHARACTERS) await working;
  };
  const take = ({ event, data }: StreamedEvent): void => {
    switch (event) {
      case "events":
        // It is told how the run goes on; of what it did there is enough.
        if (!model.isCut) wait(data);
        return;
      case "run":
        run.value = JSON.parse(data.join("")) ?? undefined;
        return;
      case "caught-up":
        settle("live");
        return;
      case "unreadable":
        isOver = true;
        settle("unreadable");
        return;
      case "end":
        isOver = true;
        settle("complete");
    }
  };
  const reading = keepReading(`/v1/runs/${encodeURIComponent(runId)}/live`, {
    isOver: () => isOver,
    onEvent: take,
    room,
    onState(now) {
      if (now !== "live") settle(now);
    },
  });
  return {
    model,
    version,
    state,
    run,
    loaded,
    start: () => whileInSight(reading),
  };
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
