/** Who watches: each has a stream of what changed in a tenant, or of one run's events, and reads it from the store itself. */
import type { Writable } from "node:stream";

import { RequestProblem } from "../errors.ts";
import type { Changes } from "./changes.ts";
import { type FollowedRun, followRun } from "./follow-run.ts";
import type { StreamBounds } from "./live-stream.ts";
import { type WatchedTenant, watchTenant } from "./watch-tenant.ts";

export interface Watcher {
  readonly tenant: string;
  /** Whose it is, to bound how many one has. */
  readonly token: string;
  /** Of a session: when it ends, so does what it watches. */
  readonly ended: AbortSignal | undefined;
  /** What the client says that it has; undefined: nothing. */
  readonly lastId: string | undefined;
}

export interface Live extends Disposable {
  /** Both throw `too-fast` and `shutting-down`. */
  watch(watcher: Watcher): (answer: Writable) => void;
  follow(watcher: Watcher, runId: string): (answer: Writable) => void;
  readonly open: () => number;
}

export interface LiveBounds extends StreamBounds {
  readonly maxStreams: number;
  readonly maxOfToken: number;
  /** Changes are told together: the first at once, and what follows so seldom. */
  readonly gatherMs: number;
  /** Of one telling: who has missed more is told to look at all of it again. */
  readonly maxGathered: number;
}

/** A stream costs some 50 kilobytes while it is idle. */
export const USUAL_LIVE_BOUNDS: LiveBounds = {
  maxStreams: 1_000,
  maxOfToken: 200,
  heartbeatMs: 10_000,
  maxAgeMs: 900_000,
  // A batch may have eight MiB, and one is written at a time.
  maxUnreadBytes: 16_777_216,
  gatherMs: 250,
  maxGathered: 100,
};

const RETRY_AFTER_SECONDS = 5;

export interface LiveOptions {
  readonly changes: Changes;
  readonly tenants: WatchedTenant;
  readonly runs: FollowedRun;
  readonly bounds: LiveBounds;
}

export function createLive({ changes, tenants, runs, bounds }: LiveOptions): Live {
  const ends = new Map<() => void, string>();
  let isClosing = false;
  const admit = ({ token }: Watcher): void => {
    if (isClosing) throw new RequestProblem("shutting-down", "the collector ends: ask again");
    const own = [...ends.values()].filter((other) => other === token).length;
    if (ends.size < bounds.maxStreams && own < bounds.maxOfToken) return;
    throw new RequestProblem("too-fast", "too many are watching", {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  };
  /** `begin` gives back what ends the stream, and calls `onEnd` when it has ended. */
  const open = ({ token, ended }: Watcher, begin: (onEnd: () => void) => () => void): void => {
    const onEnd = (): void => {
      ends.delete(end);
      ended?.removeEventListener("abort", end);
    };
    const end = begin(onEnd);
    ends.set(end, token);
    ended?.addEventListener("abort", end, { once: true });
    if (ended?.aborted === true || isClosing) end();
  };
  return {
    watch(watcher) {
      admit(watcher);
      return (answer) =>
        open(watcher, (onEnd) => watchTenant(answer, { watcher, changes, bounds, onEnd }, tenants));
    },
    follow(watcher, runId) {
      admit(watcher);
      return (answer) =>
        open(watcher, (onEnd) =>
          followRun(answer, { watcher, runId, changes, bounds, onEnd }, runs),
        );
    },
    open: () => ends.size,
    [Symbol.dispose]() {
      isClosing = true;
      for (const end of ends.keys()) end();
    },
  };
}
