import type { RelayedSignal } from "../../job/signal-relay.ts";

/**
 * Those that end a guard. The others are taken and do nothing: one whose terminal went away (SIGHUP) goes on, and there is
 * no policy to read anew, for one that is exchanged while a job runs could be made laxer by it.
 */
const ENDING: ReadonlySet<RelayedSignal> = new Set(["SIGTERM", "SIGINT"]);
/** The longest that a timer may be, 24 days; it only keeps the process alive, whatever becomes of the control socket. */
const LONGEST_MS = 2_147_483_647;

export interface UntilAsked extends Disposable {
  /** Comes about at the first signal that ends a guard. */
  readonly asked: Promise<void>;
}

/** Listens from now on. */
export function untilAsked(
  onSignal: (receive: (signal: RelayedSignal) => void) => void,
): UntilAsked {
  const { promise, resolve } = Promise.withResolvers<void>();
  const alive = setInterval(() => undefined, LONGEST_MS);
  onSignal((signal) => {
    if (ENDING.has(signal)) resolve();
  });
  return { asked: promise, [Symbol.dispose]: () => clearInterval(alive) };
}
