/** What changed in a tenant, told together every so often: runs as they are then, and that there is something new of findings or deeds. */
import type { Writable } from "node:stream";

import type { Change, Changes } from "./changes.ts";
import { openStream, type StreamSurroundings } from "./live-stream.ts";
import type { LiveBounds, Watcher } from "./live.ts";

export interface WatchedTenant {
  /** The run as the API shows it; undefined: it is another tenant's. Throws nothing. */
  readonly showRun: (tenant: string, runId: string) => object | undefined;
}

export interface Watching extends StreamSurroundings {
  readonly watcher: Watcher;
  readonly changes: Changes;
  readonly bounds: LiveBounds;
  readonly onEnd: () => void;
}

/** Gives back what ends it. */
export function watchTenant(
  answer: Writable,
  { watcher, changes, bounds, unread, onEnd }: Watching,
  { showRun }: WatchedTenant,
): () => void {
  const gathered = createGathered(bounds.maxGathered);
  let timer: NodeJS.Timeout | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = (): void => {
    timer = undefined;
    // What waits is told as it is when there is room again.
    if (!stream.mayWrite() || gathered.isEmpty()) return;
    toldAt = performance.now();
    const { runs, kinds, isTooMuch } = gathered.take();
    const id = changes.lastId();
    if (isTooMuch) {
      stream.send({ event: "reset", id, data: "{}" });
      return;
    }
    const own = runs.flatMap((runId) => showRun(watcher.caller.tenant, runId) ?? []);
    for (const run of own) stream.send({ event: "run", data: JSON.stringify(run) });
    // When others have runs is nobody else's business.
    const told = [...kinds].filter((kind) => kind !== "run" || own.length > 0);
    if (told.length === 0) return;
    stream.send({ event: "changed", id, data: JSON.stringify({ kinds: told }) });
  };
  const plan = (): void => {
    if (timer !== undefined) return;
    const waitMs = Math.max(0, toldAt + bounds.gatherMs - performance.now());
    timer = setTimeout(tell, waitMs);
  };
  const note = (change: Change): void => {
    gathered.add(change);
    plan();
  };
  const listening = changes.listen(note);
  const stream = openStream(
    answer,
    { bounds, unread },
    {
      onDrain: plan,
      onEnd() {
        clearTimeout(timer);
        listening[Symbol.dispose]();
        onEnd();
      },
    },
  );
  stream.send({ event: "hello", data: JSON.stringify({ at: new Date().toISOString() }) });
  const { lastId } = watcher;
  const missed = lastId === undefined ? [] : changes.listSince(lastId);
  if (missed === undefined) stream.send({ event: "reset", id: changes.lastId(), data: "{}" });
  else for (const change of missed) note(change);
  return () => stream.end();
}

interface Gathered {
  add(change: Change): void;
  isEmpty(): boolean;
  take(): {
    readonly runs: readonly string[];
    readonly kinds: ReadonlySet<string>;
    readonly isTooMuch: boolean;
  };
}

function createGathered(maxRuns: number): Gathered {
  let runs = new Set<string>();
  let kinds = new Set<string>();
  let isTooMuch = false;
  return {
    add(change) {
      kinds.add(change.kind);
      if (change.kind !== "run" || runs.has(change.runId)) return;
      if (runs.size >= maxRuns) isTooMuch = true;
      else runs.add(change.runId);
    },
    isEmpty: () => kinds.size === 0,
    take() {
      const taken = { runs: [...runs], kinds, isTooMuch };
      runs = new Set();
      kinds = new Set();
      isTooMuch = false;
      return taken;
    },
  };
}
