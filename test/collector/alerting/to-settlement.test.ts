import { describe, expect, test } from "vitest";

import { toSettlement } from "../../../collector/alerting/to-settlement.ts";
import type { DeliveryAction } from "../../../collector/stores/incident-store.ts";

const AT = 1_000_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const BOUNDS = {
  backoff: { firstMs: 1_000, maxMs: 5 * MINUTE },
  maxRetryAfterMs: 60 * MINUTE,
  giveUpAfterMs: DAY,
};

interface Case {
  readonly action?: DeliveryAction;
  readonly repeatMs?: number;
  readonly attempts?: number;
  /** When there was reason for it. */
  readonly reasonAt?: number;
  readonly ofSink?: number;
  readonly random?: number;
  readonly mayTellAt?: (at: number) => number | undefined;
}

function settle(outcome: Parameters<typeof toSettlement>[0], given: Case = {}) {
  const { action = "trigger", repeatMs = 4 * 60 * MINUTE, attempts = 0, reasonAt = AT } = given;
  return toSettlement(
    outcome,
    { delivery: { number: 7, action, at: reasonAt, attempts, repeatMs }, at: AT },
    {
      bounds: BOUNDS,
      repeatMs: given.ofSink,
      findNextMoment: given.mayTellAt ?? ((at) => at),
      newId: () => "next",
      random: given.random ?? 1,
    },
  );
}

const DOWN = { status: "retryable", reason: "it is down" } as const;

describe("what was delivered is told again", () => {
  test.each<[string, Case, number | undefined]>([
    ["after the time of its route", {}, AT + 240 * MINUTE],
    ["after the sink's time, whatever the route says", { ofSink: MINUTE }, AT + MINUTE],
    ["not where the route says never", { repeatMs: 0 }, undefined],
    ["not once it is acknowledged", { action: "acknowledge" }, undefined],
    [
      "though it is acknowledged, at a sink that forgets",
      { action: "acknowledge", ofSink: MINUTE },
      AT + MINUTE,
    ],
    ["not once it is over, at any sink", { action: "resolve", ofSink: MINUTE }, undefined],
    ["when the route's hours begin", { mayTellAt: (at) => at + 5 }, AT + 240 * MINUTE + 5],
    ["not where nobody is to be told any more", { mayTellAt: () => undefined }, undefined],
  ])("%s", (_, given, dueAt) => {
    const { settlement, outcomes } = settle({ status: "delivered", reference: "x" }, given);

    expect(outcomes).toEqual(["delivered"]);
    expect(settlement).toEqual({
      state: "delivered",
      number: 7,
      at: AT,
      reference: "x",
      next: dueAt === undefined ? undefined : { id: "next", dueAt },
    });
  });
});

describe("what failed for now is tried again", () => {
  test.each<[string, number | undefined, Case, number]>([
    ["after a second at first", undefined, {}, 1_000],
    ["after a random part of that", undefined, { random: 0.25 }, 250],
    ["after twice as long each time", undefined, { attempts: 3 }, 8_000],
    ["after five minutes at most", undefined, { attempts: 60 }, 5 * MINUTE],
    ["when the other end says so", 30_000, {}, 30_000],
    [
      "not before the other end says so, nor sooner than after what has failed so often",
      1_000,
      { attempts: 3 },
      8_000,
    ],
    ["after an hour, where it asks for a year", 365 * DAY, {}, 60 * MINUTE],
    [
      "for a day, and as long as there were few attempts",
      undefined,
      { attempts: 19, reasonAt: AT - 2 * DAY },
      5 * MINUTE,
    ],
    ["up to a day", undefined, { attempts: 20, reasonAt: AT - DAY + 5 * MINUTE }, 5 * MINUTE],
  ])("%s", (_, retryAfterMs, given, waitMs) => {
    const { settlement, outcomes, pauseMs } = settle({ ...DOWN, retryAfterMs }, given);

    expect(outcomes).toEqual(["retryable"]);
    expect(pauseMs).toBe(Math.min(retryAfterMs ?? 0, 60 * MINUTE));
    expect(settlement).toEqual({
      state: "waiting",
      number: 7,
      at: AT,
      dueAt: AT + waitMs,
      reason: "it is down",
    });
  });

  test("and is dead after a day", () => {
    expect(settle(DOWN, { attempts: 20, reasonAt: AT - DAY })).toMatchObject({
      settlement: { state: "dead", reason: "it is down" },
      outcomes: ["retryable", "refused"],
    });
  });
});

test("what is refused is dead at once, with a reason that fits into a row", () => {
  const { settlement, outcomes } = settle({
    status: "refused",
    reason: `${"x".repeat(499)}\u{1f600} and more`,
  });

  expect(outcomes).toEqual(["refused"]);
  expect(settlement).toEqual({
    state: "dead",
    number: 7,
    at: AT,
    reason: `${"x".repeat(499)}\ufffd`,
  });
});
