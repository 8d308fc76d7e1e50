import type { RulesetChange } from "../netlink/ruleset-watch.ts";
import type { NftResult } from "./nft-program.ts";

export interface HoldOptions {
  /** The guard's own. */
  readonly table: string;
  /** Netlink ports of the guard's own that write elements while the table stands. */
  readonly isOwn: (portId: number) => boolean;
  /** Loads the whole table again, in one transaction; passes on the process that does it. */
  readonly reload: (onStart: (pid: number) => void) => Promise<NftResult>;
  /** Reads what waits in the watch, so that the guard's own changes are told before they are forgotten. */
  readonly drain: () => void;
  /**
   * Whether the table is as it was loaded, asked after each reload: a change that borrows the number of the process that
   * reloads would pass for its own.
   */
  readonly isWhole: () => Promise<boolean>;
  /** The first changes of a burst; empty when they came faster than they could be read. */
  readonly onTamper: (changes: readonly RulesetChange[]) => void;
  /** The table could not be loaded; it is tried again. */
  readonly onFailure: (reason: string) => void;
}

/** Puts the guard's table back whenever somebody else changes it. */
export interface Hold extends AsyncDisposable {
  /** False where the table is somebody else's. */
  notice(change: RulesetChange): boolean;
  /** Changes were lost: nobody knows which. */
  noticeOverrun(): void;
  /** How often the table was put back. */
  readonly restored: number;
}

/** Another table may have the same name in another family. */
const FAMILIES: ReadonlySet<string> = new Set(["inet", "netdev"]);
/** Who did it is told by the first ones; a burst of thousands says no more. */
const MAX_TOLD_CHANGES = 16;
/** Between tries that failed. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5_000;

/** One reload at a time. What comes while it runs makes another one, since it may have undone the first. */
export function createHold(options: HoldOptions): Hold {
  const burst = createBurst();
  const stop = new AbortController();
  let ownPid: number | undefined;
  let restored = 0;
  let running: Promise<void> | undefined;

  const reload = async (): Promise<boolean> => {
    const result = await options.reload((pid) => {
      ownPid = pid;
    });
    // The kernel has queued everything that this process did before it ended. From here on its number may be another's.
    options.drain();
    ownPid = undefined;
    if (result.status === "failed") {
      options.onFailure(result.reason);
      return false;
    }
    restored += 1;
    // Changed again already: to look at it would only keep the next reload waiting.
    if (burst.isWaiting) return false;
    const isWhole = await options.isWhole();
    options.drain();
    return isWhole;
  };
  const run = async (): Promise<void> => {
    let retryMs = FIRST_RETRY_MS;
    let isWhole = false;
    // One look at the watch tells of changes one after the other, and they are one burst.
    await Promise.resolve();
    while (!stop.signal.aborted && (burst.isWaiting || !isWhole)) {
      if (burst.isWaiting) options.onTamper(burst.take());
      isWhole = await reload();
      if (isWhole) {
        retryMs = FIRST_RETRY_MS;
        continue;
      }
      // Who changes it in a loop must not make the guard wait longer each time.
      if (burst.isWaiting) continue;
      await wait(retryMs, stop.signal);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    }
  };
  const start = (): void => {
    if (stop.signal.aborted) return;
    running ??= run().finally(() => {
      running = undefined;
      if (burst.isWaiting) start();
    });
  };

  return {
    get restored() {
      return restored;
    },
    notice(change) {
      if (change.table !== options.table || !FAMILIES.has(change.family)) return false;
      if (change.portId === ownPid || options.isOwn(change.portId)) return true;
      burst.add(change);
      start();
      return true;
    },
    noticeOverrun() {
      // A large reload is itself too much to read, and another one would be too. What it looks like after is looked at anyway.
      if (ownPid !== undefined) return;
      burst.add(undefined);
      start();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

interface Burst {
  readonly isWaiting: boolean;
  add(change: RulesetChange | undefined): void;
  take(): readonly RulesetChange[];
}

function createBurst(): Burst {
  let changes: RulesetChange[] = [];
  let isWaiting = false;
  return {
    get isWaiting() {
      return isWaiting;
    },
    add(change) {
      isWaiting = true;
      if (change !== undefined && changes.length < MAX_TOLD_CHANGES) changes.push(change);
    },
    take() {
      const taken = changes;
      changes = [];
      isWaiting = false;
      return taken;
    },
  };
}

/** Keeps nothing alive, and is over at once when it is given up. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms).unref();
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
