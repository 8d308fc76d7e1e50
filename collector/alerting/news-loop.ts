/** Reads news of findings, and makes incidents of them, for as long as there are some. */
import { setImmediate as yieldTurn, setTimeout as wait } from "node:timers/promises";

import { DamagedRow, RequestProblem } from "../errors.ts";
import type { IncidentStore, NewsOfFinding } from "../stores/incident-store.ts";
import { createIncidentDesk, type DeskStore } from "./incident-desk.ts";
import type { RecordIncidents } from "./record-incidents.ts";
import type { Turns } from "./turns.ts";

export interface NewsLoopOptions {
  readonly store: DeskStore & Pick<IncidentStore, "listNewsOfFindings">;
  readonly turns: Turns;
  readonly record: RecordIncidents;
  readonly closing: AbortSignal;
  readonly onDefect: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface NewsLoop {
  /** There are news. */
  wake(): void;
  /** When those were read that are there now. */
  idle(): Promise<void>;
}

/** Of one turn, between which what agents send is taken. */
const MAX_NEWS = 256;
/** So long a turn takes news; what it makes of them takes about as long again. */
const TURN_MS = 10;
const TRY_AGAIN_MS = 500;

export function createNewsLoop(options: NewsLoopOptions): NewsLoop {
  const { store, turns, record, closing, onDefect, now } = options;
  let isTurnAsked = false;
  let reading: Promise<void> = Promise.resolve();

  /** True: there may be more. */
  async function readNews(): Promise<boolean> {
    const news = store.listNewsOfFindings(MAX_NEWS, now());
    try {
      return await takeNews(news);
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
    }
    for (const one of news) await takeOrLeave(one);
    return news.length === MAX_NEWS;
  }

  /** What a damaged row keeps from being taken is left, so that it stops nothing else. */
  async function takeOrLeave(one: NewsOfFinding): Promise<void> {
    try {
      await takeNews([one]);
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
      onDefect(error);
      const settled = { reader: "alerting", upTo: one.number } as const;
      await record(createIncidentDesk(store, now()), { settled, acknowledged: [] });
    }
  }

  async function takeNews(news: readonly NewsOfFinding[]): Promise<boolean> {
    const desk = createIncidentDesk(store, now());
    const endsAt = performance.now() + TURN_MS;
    let upTo: number | undefined;
    for (const one of news) {
      desk.take(one);
      upTo = one.number;
      if (performance.now() >= endsAt) break;
    }
    if (upTo === undefined) return false;
    await record(desk, { settled: { reader: "alerting", upTo }, acknowledged: [] });
    return news.length === MAX_NEWS || upTo !== news.at(-1)?.number;
  }

  async function readAllNews(): Promise<void> {
    isTurnAsked = false;
    while (!closing.aborted) {
      try {
        if (!(await turns.take(readNews))) return;
        await yieldTurn();
      } catch (error) {
        if (closing.aborted) return;
        // What cannot be stored is told of already.
        if (!(error instanceof RequestProblem)) onDefect(error);
        await wait(TRY_AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  return {
    wake() {
      if (isTurnAsked || closing.aborted) return;
      isTurnAsked = true;
      reading = reading.then(readAllNews);
    },
    async idle() {
      await reading;
      await turns.idle();
    },
  };
}
