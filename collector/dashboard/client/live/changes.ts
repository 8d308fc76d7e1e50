/** What the collector says of changes while this page is in sight. */
import { signal } from "@preact/signals";

import { tellSignedOut } from "../api/request.ts";
import type { RunView } from "../api/types.ts";
import { keepReading, type ReadingState } from "./keep-reading.ts";
import type { StreamedEvent } from "./read-event-stream.ts";
import { whileInSight } from "./while-in-sight.ts";

export const connection = signal<ReadingState | "connecting">("connecting");
/** Each is another number when there is something new. */
export const runsNews = signal(0);
export const findingsNews = signal(0);
/** Runs as they were told of last, the newest news last. */
export const toldRuns = signal<ReadonlyMap<string, RunView>>(new Map());

const MAX_TOLD = 500;
const PATH = "/v1/live";

/** Until what it gives back is called. */
export function watchChanges(): () => void {
  /** What happened meanwhile nobody may have told. */
  let mayHaveMissed = false;
  const reading = keepReading(PATH, {
    onEvent: take,
    onState(state, status) {
      connection.value = state;
      if (status === 401) tellSignedOut();
      if (state === "live" && mayHaveMissed) askAgain();
      mayHaveMissed = state !== "live";
    },
  });
  return whileInSight({
    start: () => reading.start(),
    stop() {
      reading.stop();
      mayHaveMissed = true;
    },
  });
}

function take({ event, data }: StreamedEvent): void {
  switch (event) {
    case "run":
      keepRun(JSON.parse(data.join("")));
      return;
    case "changed": {
      const { kinds }: { kinds: readonly string[] } = JSON.parse(data.join(""));
      if (kinds.includes("run")) runsNews.value += 1;
      if (kinds.includes("findings") || kinds.includes("deeds")) findingsNews.value += 1;
      return;
    }
    case "reset":
      askAgain();
  }
}

function askAgain(): void {
  runsNews.value += 1;
  findingsNews.value += 1;
}

function keepRun(run: RunView): void {
  const told = new Map(toldRuns.value);
  told.delete(run.id);
  told.set(run.id, run);
  for (const oldest of told.keys()) {
    if (told.size <= MAX_TOLD) break;
    told.delete(oldest);
  }
  toldRuns.value = told;
}
