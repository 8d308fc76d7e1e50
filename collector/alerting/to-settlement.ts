/** What an attempt makes of its delivery: when it is told again, tried again, or given up. Pure: time and chance are passed in. */
import type { DeliverySettlement, StoredDelivery } from "../stores/incident-store.ts";
import { toBackoff } from "./backoff.ts";
import type { DeliveryBounds } from "./delivery-bounds.ts";
import type { DeliveryOutcome } from "./sink.ts";

export interface SettlementRules {
  readonly bounds: Pick<DeliveryBounds, "backoff" | "maxRetryAfterMs" | "giveUpAfterMs">;
  /** Of the sink, whatever the delivery says. */
  readonly repeatMs: number | undefined;
  /** When it may be told again of what goes on, not before then. */
  readonly findNextMoment: (at: number) => number | undefined;
  readonly newId: () => string;
  /** From 0 to 1. */
  readonly random: number;
}

export interface Settlement {
  readonly settlement: DeliverySettlement;
  /** What is counted of it. */
  readonly outcomes: readonly DeliveryOutcome["status"][];
  /** Without what is not to be told: cut off, and well-formed. */
  readonly reason: string;
  /** For so long nothing else is sent there. */
  readonly pauseMs: number;
}

type AttemptedDelivery = Pick<StoredDelivery, "number" | "action" | "at" | "attempts" | "repeatMs">;

/** Before anything is given up: fewer in a day are a clock that jumped, and not a day. */
const LEAST_ATTEMPTS = 20;
const MAX_REASON_CHARACTERS = 500;
const MAX_REFERENCE_CHARACTERS = 1_024;

export function toSettlement(
  outcome: DeliveryOutcome,
  { delivery, at }: { readonly delivery: AttemptedDelivery; readonly at: number },
  rules: SettlementRules,
): Settlement {
  const { number } = delivery;
  if (outcome.status === "delivered") {
    const next = toNext(delivery, at, rules);
    const reference = outcome.reference?.slice(0, MAX_REFERENCE_CHARACTERS);
    const settlement = { state: "delivered", number, at, reference, next } as const;
    return { settlement, outcomes: ["delivered"], reason: "", pauseMs: 0 };
  }
  const reason = outcome.reason.slice(0, MAX_REASON_CHARACTERS).toWellFormed();
  const dead = { state: "dead", number, at, reason } as const;
  if (outcome.status === "refused")
    return { settlement: dead, outcomes: ["refused"], reason, pauseMs: 0 };
  const { bounds, random } = rules;
  const pauseMs = Math.min(outcome.retryAfterMs ?? 0, bounds.maxRetryAfterMs);
  const dueAt = at + Math.max(pauseMs, toBackoff(delivery.attempts + 1, bounds.backoff, random));
  const isTooLate =
    delivery.attempts >= LEAST_ATTEMPTS && dueAt - delivery.at > bounds.giveUpAfterMs;
  if (isTooLate) return { settlement: dead, outcomes: ["retryable", "refused"], reason, pauseMs };
  const settlement = { state: "waiting", number, at, dueAt, reason } as const;
  return { settlement, outcomes: ["retryable"], reason, pauseMs };
}

function toNext(
  { action, repeatMs: usual }: AttemptedDelivery,
  at: number,
  rules: SettlementRules,
) {
  const repeatMs = rules.repeatMs ?? (action === "acknowledge" ? 0 : usual);
  const isOver = action === "resolve" || repeatMs === 0;
  const dueAt = isOver ? undefined : rules.findNextMoment(at + repeatMs);
  return dueAt === undefined ? undefined : { id: rules.newId(), dueAt };
}
