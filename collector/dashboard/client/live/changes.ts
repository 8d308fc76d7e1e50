/** What the collector says of changes while this page is in sight: a browser has few connections, and hidden pages would use them up. */
import { signal } from "@preact/signals";

import type { RunView } from "../api/types.ts";

export type Connection = "connecting" | "live" | "lost";

export const connection = signal<Connection>("connecting");
/** Each is another number when there is something new. */
export const runsNews = signal(0);
export const findingsNews = signal(0);
/** Runs as they were told of last, the newest news last. */
export const toldRuns = signal<ReadonlyMap<string, RunView>>(new Map());

const MAX_TOLD = 500;
const PATH = "/v1/live";

/** Until it is called again: what it gives back ends it. */
export function watchChanges(): () => void {
  let source: EventSource | undefined;
  const open = (): void => {
    if (document.hidden || source !== undefined) return;
    source = listen();
  };
  const close = (): void => {
    source?.close();
    source = undefined;
  };
  const onVisibility = (): void => {
    if (document.hidden) close();
    else {
      open();
      // What happened meanwhile nobody has told.
      askAgain();
    }
  };
  document.addEventListener("visibilitychange", onVisibility);
  open();
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    close();
  };
}

function listen(): EventSource {
  const source = new EventSource(PATH);
  let wasLost = false;
  source.addEventListener("hello", () => {
    connection.value = "live";
    if (wasLost) askAgain();
    wasLost = false;
  });
  source.addEventListener("error", () => {
    wasLost = true;
    connection.value = source.readyState === EventSource.CLOSED ? "lost" : "connecting";
  });
  source.addEventListener("run", ({ data }: MessageEvent<string>) => keepRun(JSON.parse(data)));
  source.addEventListener("changed", ({ data }: MessageEvent<string>) => {
    const { kinds }: { kinds: readonly string[] } = JSON.parse(data);
    if (kinds.includes("run")) runsNews.value += 1;
    if (kinds.includes("findings") || kinds.includes("deeds")) findingsNews.value += 1;
  });
  source.addEventListener("reset", askAgain);
  return source;
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
