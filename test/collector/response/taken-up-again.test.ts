/** Which of the kills that failed are tried once more. */
import { expect, test } from "vitest";

import { type ResponsePolicy, USUAL_RESPONSE } from "../../../collector/response/response-file.ts";
import { toEndOfResponse } from "../../../collector/response/response-findings.ts";
import {
  createTakeUpAgain,
  type TakenUpOptions,
} from "../../../collector/response/taken-up-again.ts";
import type { StoredResponse } from "../../../collector/stores/response-store.ts";
import { newResponse, POD } from "./support/stored-response.ts";

const NOW = 10_000_000;
const TIMED_OUT = {
  step: "delete-pod",
  outcome: "failed",
  startedAt: 1,
  acceptedAt: null,
  endedAt: 2,
  answer: "nobody answers",
  isTimedOut: true,
} as const;
const AWAITED = { ...TIMED_OUT, step: "await-agent" } as const;
const FAILED: StoredResponse = {
  ...newResponse({ state: "failed", steps: [TIMED_OUT], decidedAt: NOW - 100_000 }),
  number: 1,
};

const { issuer, namespace, name: podName, uid: podUid } = POD;
const RUN: ReturnType<TakenUpOptions["store"]["findRunOfAny"]> = {
  id: "run",
  tenant: "default",
  ci: null,
  identity: {
    kind: "kubernetes",
    issuer,
    state: "known",
    facts: { namespace, podName, podUid },
    said: null,
    contradicts: [],
  },
  // Its session was ended when the first try had failed.
  state: "over",
};

interface Played {
  readonly failed?: readonly StoredResponse[];
  readonly others?: readonly StoredResponse[];
  readonly state?: string;
  /** Of the guard. */
  readonly response?: string;
  readonly mode?: "armed" | "dry-run";
  readonly kills?: number;
  readonly policy?: ResponsePolicy;
}

test("a kill that nobody answered is begun anew, and says how often", () => {
  expect(takeUp({})).toEqual([
    { ...FAILED, state: "decided", steps: [], changedAt: NOW, retries: 1 },
  ]);
});

test.each<[string, Played]>([
  ["what was refused", { failed: [{ ...FAILED, steps: [{ ...TIMED_OUT, isTimedOut: false }] }] }],
  ["what a person asked for", { failed: [{ ...FAILED, isAutomatic: false }] }],
  ["what is suppressed by now", { state: "suppressed" }],
  ["what is settled by now", { state: "resolved" }],
  ["what nobody wants done any more", { mode: "dry-run" }],
  ["what no rule asks for any more", { policy: { ...USUAL_RESPONSE, defaults: false } }],
  ["what somebody has done since", { others: [{ ...FAILED, id: "later", state: "done" }] }],
  ["what would be one kill too many", { kills: 5 }],
  ["what a guard says it did would be one, too", { kills: 5, response: "kill-job" }],
  ["what waited for its guard alone", { failed: [{ ...FAILED, steps: [AWAITED] }] }],
])("%s is left as it is", (_, played) => {
  expect(takeUp(played)).toEqual([]);
});

test("no more are begun anew at a time than may be killed", () => {
  const failed = Array.from({ length: 9 }, (_, number) => ({ ...FAILED, number }));

  expect(takeUp({ failed, kills: 2 })).toHaveLength(3);
  expect(takeUp({ failed, kills: 2 }, [newResponse(), newResponse()])).toHaveLength(1);
});

test("one that fails each time calls a person once", () => {
  expect(toEndOfResponse(FAILED).findings).toHaveLength(1);
  expect(toEndOfResponse({ ...FAILED, retries: 1 })).toEqual({});
});

function takeUp(
  {
    failed = [FAILED],
    others = [],
    state = "open",
    response = "report",
    mode = "armed",
    kills = 0,
    policy,
  }: Played,
  underWay: Parameters<ReturnType<typeof createTakeUpAgain>>[0] = [],
) {
  const store: TakenUpOptions["store"] = {
    listFailedResponses: () => ({ items: failed, next: undefined }),
    listResponsesOfRun: () => [...failed, ...others],
    findResponseMode: (tenant) => ({ tenant, mode, reason: "", by: "", at: 1 }),
    countKills: () => kills,
    countAllKills: () => kills,
    showFinding: () => ({
      rule: "reverse-shell",
      severity: "critical",
      response,
      state,
    }),
    findRunOfAny: () => RUN,
  };
  return createTakeUpAgain({
    store,
    policy: policy ?? USUAL_RESPONSE,
    retryEachMs: 60_000,
    onTrouble: (_, error) => {
      throw error;
    },
    now: () => NOW,
  })(underWay);
}
