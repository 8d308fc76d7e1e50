/** Has a step taken, and looked at, for as long as it has. Whoever does not answer takes no more of it than there is. */
import { setTimeout as pause } from "node:timers/promises";

import type { Acted, Checked, ResponseUnderWay, StepKind } from "./step-kind.ts";

export interface AttemptOptions {
  /** Of the time that its kind has. */
  readonly patience: number;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
  readonly signal: AbortSignal;
}

const FIRST_LOOK_MS = 100;
const MAX_LOOK_MS = 2_000;

/** Until somebody says yes or no, or its time is over. Rejects where `signal` is aborted. */
export async function actWithin<Response extends ResponseUnderWay>(
  kind: StepKind,
  begun: Response,
  { patience, uptime, signal }: AttemptOptions,
): Promise<{ readonly acted: Acted; readonly response: Response }> {
  const endsAt = uptime() + kind.actMs * patience;
  for (;;) {
    const acted = await kind.act(begun, boundTo(endsAt - uptime(), signal));
    signal.throwIfAborted();
    const learned = "learned" in acted ? acted.learned : undefined;
    const response = { ...begun, target: { ...begun.target, ...learned } };
    if (acted.status !== "retry" || uptime() + acted.afterMs > endsAt) return { acted, response };
    await pause(acted.afterMs, undefined, { signal });
  }
}

/** Ever later, until it has worked, or its time is over. Rejects where `signal` is aborted. */
export async function checkWithin(
  kind: StepKind,
  verifying: ResponseUnderWay,
  { patience, uptime, signal }: AttemptOptions,
): Promise<Checked> {
  const endsAt = uptime() + kind.checkMs * patience;
  for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, MAX_LOOK_MS)) {
    const checked = await kind.check(verifying, boundTo(endsAt - uptime(), signal));
    signal.throwIfAborted();
    if (checked.status !== "not-yet" || uptime() + waitMs > endsAt) return checked;
    await pause(waitMs, undefined, { signal });
  }
}

/** Nobody waits until it has. Rejects where `signal` is aborted. */
export async function checkOnce(
  kind: StepKind,
  verifying: ResponseUnderWay,
  { patience, signal }: AttemptOptions,
): Promise<Checked> {
  const checked = await kind.check(verifying, boundTo(kind.checkMs * patience, signal));
  signal.throwIfAborted();
  return checked;
}

function boundTo(leftMs: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.max(Math.ceil(leftMs), 1))]);
}
