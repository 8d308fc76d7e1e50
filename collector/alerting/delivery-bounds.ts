import type { BackoffBounds } from "./backoff.ts";

export interface DeliveryBounds {
  /** Of one sink. */
  readonly concurrency: number;
  /** Of one attempt at a sink that says nothing of it. */
  readonly attemptMs: number;
  readonly backoff: BackoffBounds;
  /** As another end may ask for. */
  readonly maxRetryAfterMs: number;
  /** From when there was reason for it: what nobody took by then is dead. */
  readonly giveUpAfterMs: number;
}
