/** Where incidents are told. Implementations: sinks/, a folder each. */
import type { Notification } from "./notification.ts";

export interface Sink {
  /** As the operator calls it: no two have the same. */
  readonly name: string;
  /**
   * Told again so often of what is not resolved, whatever a route says, also while it is acknowledged: of one that takes what it is not
   * told of any more for over.
   */
  readonly repeatMs?: number | undefined;
  /** False: what is new of an incident can be seen nowhere there, and may wake somebody. */
  readonly showsUpdates?: boolean | undefined;
  /** An attempt has so long, whoever makes it; undefined: as long as is usual. */
  readonly attemptMs?: number | undefined;
  /** Rejects for a bug alone: what the other end does is an outcome. */
  deliver(notification: Notification, context: DeliveryContext): Promise<DeliveryOutcome>;
  /** Ends what it keeps open. Nothing is delivered by then, nor afterwards. */
  close?(): Promise<void> | void;
}

export interface DeliveryContext {
  /** What the sink has given for this incident before: a thread, say. */
  readonly reference: string | undefined;
  /** Aborted: the time for this attempt is over, or the collector ends. */
  readonly signal: AbortSignal;
}

export type DeliveryOutcome =
  | {
      readonly status: "delivered";
      /** To be handed to the next delivery of this incident; at most 1,024 characters. */
      readonly reference?: string | undefined;
    }
  | {
      readonly status: "retryable";
      /** No secret is in it. */
      readonly reason: string;
      /** As the other end asks for it: nothing else is sent there until then. */
      readonly retryAfterMs?: number | undefined;
    }
  | { readonly status: "refused"; readonly reason: string };
