/** Folds repeats into one event with a count, so that the stream grows with what is different, not with what is often. */
import type { GuardEventOf } from "../../protocol/index.ts";
import type { ConnectResult, Microseconds } from "../observation.ts";
import type { EventBody, EventStream } from "./event-stream.ts";
import { formatTimestamp } from "./timestamp.ts";

type RepeatableKind =
  | "connection"
  | "dns-query"
  | "file-written"
  | "file-read"
  | "memory-access"
  | "privileged-operation";

/** What the coalescer itself adds. */
type Counted =
  | "count"
  | "firstSeen"
  | "lastSeen"
  | "results"
  | "bytesSent"
  | "bytesReceived"
  | "packetsRefused";

export type RepeatableBody = {
  [Kind in RepeatableKind]: Omit<GuardEventOf<Kind>, "seq" | "observedAt" | Counted>;
}[RepeatableKind];

/** News of a connection. `count` is 0 where it is counted elsewhere. */
export interface FlowNews {
  readonly count: 0 | 1;
  readonly packetsRefused?: number;
  readonly result?: ConnectResult | undefined;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

interface Pending {
  readonly body: RepeatableBody;
  /** In which turn it came. */
  readonly turn: number;
  firstSeen: Microseconds;
  lastSeen: Microseconds;
  count: number;
  readonly results: Partial<Record<ConnectResult, number>>;
  bytesSent: number;
  bytesReceived: number;
  packetsRefused: number;
}

export interface Coalescer {
  /** `key` is the same for what is the same; `describe` is called for the first of them only. */
  add(key: string, at: Microseconds, describe: () => RepeatableBody): void;
  addFlow(key: string, at: Microseconds, news: FlowNews & { describe: () => RepeatableBody }): void;
  /** To be called from time to time: tells what has waited for so many turns. */
  turn(): void;
  /** Tells all. */
  flush(): void;
}

export interface CoalescerBounds {
  /** Beyond that the oldest waits no longer. */
  readonly maxPending: number;
  /**
   * A thing waits for its repeats as long. To tell a thousand of them at once would take 40 ms, in which nobody reads what the kernel
   * saw, so there are several turns in that time.
   */
  readonly turns: number;
}

export function createCoalescer(
  stream: EventStream,
  { maxPending, turns }: CoalescerBounds,
): Coalescer {
  /** In the order in which they came. */
  const pending = new Map<string, Pending>();
  let turn = 0;

  const tellFirst = (isDue: (entry: Pending) => boolean): void => {
    for (const [key, entry] of pending) {
      if (!isDue(entry)) return;
      pending.delete(key);
      stream.write(toBody(entry), entry.lastSeen);
    }
  };
  const find = (key: string, at: Microseconds, describe: () => RepeatableBody): Pending => {
    const known = pending.get(key);
    if (known) {
      // The order of arrival is not that of time where events come from several cores, or the clock is set back.
      if (at > known.lastSeen) known.lastSeen = at;
      else if (at < known.firstSeen) known.firstSeen = at;
      return known;
    }
    tellFirst(() => pending.size >= maxPending);
    const entry: Pending = {
      body: describe(),
      turn,
      firstSeen: at,
      lastSeen: at,
      count: 0,
      results: {},
      bytesSent: 0,
      bytesReceived: 0,
      packetsRefused: 0,
    };
    pending.set(key, entry);
    return entry;
  };

  return {
    turn() {
      turn += 1;
      tellFirst((entry) => turn - entry.turn >= turns);
    },
    flush: () => tellFirst(() => true),
    add(key, at, describe) {
      find(key, at, describe).count += 1;
    },
    addFlow(key, at, news) {
      const { describe, count, result, bytesSent, bytesReceived, packetsRefused = 0 } = news;
      const entry = find(key, at, describe);
      entry.count += count;
      entry.packetsRefused += packetsRefused;
      entry.bytesSent += bytesSent;
      entry.bytesReceived += bytesReceived;
      if (result) entry.results[result] = (entry.results[result] ?? 0) + 1;
    },
  };
}

function toBody(entry: Pending): EventBody {
  const counted = {
    count: entry.count,
    firstSeen: formatTimestamp(entry.firstSeen),
    lastSeen: formatTimestamp(entry.lastSeen),
  };
  if (entry.body.kind !== "connection") return { ...entry.body, ...counted };
  const { results, bytesSent, bytesReceived, packetsRefused } = entry;
  return {
    ...entry.body,
    ...counted,
    results,
    bytesSent,
    bytesReceived,
    ...(packetsRefused > 0 && { packetsRefused }),
  };
}
