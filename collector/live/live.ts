/** Who watches: each has a stream of what changed in a tenant, or of one run's events, and reads it from the store itself. */
import type { Writable } from "node:stream";

import { RequestProblem } from "../errors.ts";
import type { Caller } from "../identity/tokens.ts";
import type { Changes } from "./changes.ts";
import { type FollowedRun, followRun } from "./follow-run.ts";
import type { StreamBounds } from "./live-stream.ts";
import { createTurns } from "./turns.ts";
import { createUnread } from "./unread.ts";
import { type WatchedTenant, watchTenant } from "./watch-tenant.ts";

export interface Watcher {
  /** What he watches ends with his session, and with his token. */
  readonly caller: Caller;
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
  /** Who gives out tokens has as many of those as he likes. */
  readonly maxOfTenant: number;
  /** Written to all of them, and not taken: who has let it wait longest is cut off. */
  readonly maxUnreadBytesOfAll: number;
  /** How soon it is noticed that a token was taken back. */
  readonly lookMs: number;
  /** Of batches that are read for streams: then everybody else's requests come in between. */
  readonly togetherMs: number;
  /** Changes are told together: the first at once, and what follows so seldom. */
  readonly gatherMs: number;
  /** Of one telling: who has missed more is told to look at all of it again. */
  readonly maxGathered: number;
}

/** A stream costs some 50 kilobytes while it is idle. */
export const USUAL_LIVE_BOUNDS: LiveBounds = {
  maxStreams: 1_000,
  maxOfToken: 200,
  maxOfTenant: 500,
  // Some 300 megabytes, as Node.js holds it.
  maxUnreadBytesOfAll: 67_108_864,
  lookMs: 250,
  heartbeatMs: 10_000,
  maxAgeMs: 900_000,
  // A batch may have eight MiB, and one is written at a time.
  maxUnreadBytes: 16_777_216,
  togetherMs: 5,
  gatherMs: 250,
  maxGathered: 100,
};

const RETRY_AFTER_SECONDS = 5;

export interface LiveOptions {
  readonly changes: Changes;
  readonly tenants: WatchedTenant;
  readonly runs: FollowedRun;
  /** Whether that token is still good, and still of the same role. */
  readonly isGranted: (caller: Caller) => boolean;
  readonly bounds: LiveBounds;
}

export function createLive({ changes, tenants, runs, isGranted, bounds }: LiveOptions): Live {
  const ends = new Map<() => void, Caller>();
  const turns = createTurns({ togetherMs: bounds.togetherMs, uptime: () => performance.now() });
  const unread = createUnread(bounds.maxUnreadBytesOfAll);
  let isClosing = false;
  const look = (): void => {
    for (const [end, caller] of ends) if (!isGranted(caller)) end();
  };
  const timer = setInterval(look, bounds.lookMs).unref();
  const admit = ({ caller: { token, tenant } }: Watcher): void => {
    if (isClosing) throw new RequestProblem("shutting-down", "the collector ends: ask again");
    const ofTenant = [...ends.values()].filter((other) => other.tenant === tenant);
    const own = ofTenant.filter((other) => other.token === token).length;
    const isMuch = ofTenant.length >= bounds.maxOfTenant || own >= bounds.maxOfToken;
    if (ends.size < bounds.maxStreams && !isMuch) return;
    throw new RequestProblem("too-fast", "too many are watching", {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  };
  /** `begin` gives back what ends the stream, and calls `onEnd` when it has ended. */
  const open = ({ caller }: Watcher, begin: (onEnd: () => void) => () => void): void => {
    const { ended } = caller;
    const onEnd = (): void => {
      ends.delete(end);
      ended?.removeEventListener("abort", end);
    };
    const end = begin(onEnd);
    ends.set(end, caller);
    ended?.addEventListener("abort", end, { once: true });
    if (ended?.aborted === true || isClosing) end();
  };
  return {
    watch(watcher) {
      admit(watcher);
      return (answer) =>
        open(watcher, (onEnd) =>
          watchTenant(answer, { watcher, changes, bounds, unread, onEnd }, tenants),
        );
    },
    follow(watcher, runId) {
      admit(watcher);
      return (answer) =>
        open(watcher, (onEnd) =>
          followRun(answer, { watcher, runId, changes, bounds, unread, turns, onEnd }, runs),
        );
    },
    open: () => ends.size,
    [Symbol.dispose]() {
      isClosing = true;
      clearInterval(timer);
      for (const end of ends.keys()) end();
    },
  };
}
