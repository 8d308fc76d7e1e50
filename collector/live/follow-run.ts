/** A run's events, those that are stored and then those that come: a batch at a time, as fast as the client takes them. */
import type { Writable } from "node:stream";

import type { Changes } from "./changes.ts";
import { openStream, type StreamSurroundings } from "./live-stream.ts";
import type { LiveBounds, Watcher } from "./live.ts";
import type { Turns } from "./turns.ts";

export interface FollowedRun {
  /** The run as the API shows it; undefined: there is none any more. */
  readonly showRun: (tenant: string, runId: string) => ShownState | undefined;
  /** The next batch with an event behind `afterSeq`; undefined: there is none yet. Throws `storage-failed`. */
  readonly readNext: (runId: string, afterSeq: number) => EventLines | undefined;
}

interface ShownState {
  readonly state: string;
}

export interface EventLines {
  /** An event each, as JSON; what was no event is left out. */
  readonly lines: string;
  readonly lastSeq: number;
}

export interface Following extends StreamSurroundings {
  readonly watcher: Watcher;
  readonly runId: string;
  readonly changes: Changes;
  readonly bounds: LiveBounds;
  readonly turns: Turns;
  readonly onEnd: () => void;
}

const SEQ = /^\d{1,15}$/;

/** Gives back what ends it. */
export function followRun(
  answer: Writable,
  { watcher, runId, changes, bounds, unread, turns, onEnd }: Following,
  { showRun, readNext }: FollowedRun,
): () => void {
  const { lastId = "" } = watcher;
  let afterSeq = SEQ.test(lastId) ? Number(lastId) : 0;
  /** As it was told last. */
  let told = "";
  const tellRun = (): ShownState | undefined => {
    const run = showRun(watcher.caller.tenant, runId);
    const data = JSON.stringify(run ?? null);
    if (data !== told) stream.send({ event: "run", data });
    told = data;
    return run;
  };
  const advance = (): void => {
    if (!stream.mayWrite()) return;
    const next = readOrEnd();
    if (next !== undefined) {
      afterSeq = next.lastSeq;
      stream.send({ event: "events", id: String(afterSeq), data: next.lines });
      plan();
      return;
    }
    const run = tellRun();
    stream.send({ event: "caught-up", data: "{}" });
    // Nothing more comes of it, and who has it all need not come back.
    if (run === undefined || run.state === "over") {
      stream.send({ event: "end", data: "{}" });
      stream.end();
    }
  };
  const readOrEnd = (): EventLines | undefined => {
    try {
      return readNext(runId, afterSeq);
    } catch {
      stream.send({ event: "unreadable", data: JSON.stringify({ afterSeq }) });
      stream.end();
      return undefined;
    }
  };
  /** A batch in a turn. */
  const plan = (): void => turns.take(advance);
  const listening = changes.listen((change) => {
    if (change.kind === "run" && change.runId === runId) plan();
  });
  const stream = openStream(
    answer,
    { bounds, unread },
    {
      onDrain: plan,
      onEnd() {
        listening[Symbol.dispose]();
        onEnd();
      },
    },
  );
  tellRun();
  plan();
  return () => stream.end();
}
