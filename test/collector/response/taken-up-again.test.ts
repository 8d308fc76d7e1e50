/** Which of the kills that failed are tried once more. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type ResponsePolicy, USUAL_RESPONSE } from "../../../collector/response/response-file.ts";
import { toEndOfResponse } from "../../../collector/response/response-findings.ts";
import {
  createTakeUpAgain,
  type TakenUpOptions,
} from "../../../collector/response/taken-up-again.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
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
const ASKED = { ...TIMED_OUT, step: "ask-agent" } as const;
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
  ["what its guard was asked to do", { failed: [{ ...FAILED, steps: [ASKED] }] }],
])("%s is left as it is", (_, played) => {
  expect(takeUp(played)).toEqual([]);
});

test("no more are begun anew at a time than may be killed", () => {
  const failed = Array.from({ length: 9 }, (_, number) => ({ ...FAILED, number }));

  expect(takeUp({ failed, kills: 2 })).toHaveLength(3);
  expect(takeUp({ failed, kills: 2 }, [newResponse(), newResponse()])).toHaveLength(1);
});

describe("of many that failed", () => {
  let directory: string;
  let store: Awaited<ReturnType<typeof openSqliteEventStore>>;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "collector-"));
    store = await openSqliteEventStore({ directory, onFault: ignore, onEnd: ignore });
  });
  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  test("those that nobody tries again stand in no other's way", async () => {
    const neverAgain = [[AWAITED], [ASKED], [{ ...TIMED_OUT, isTimedOut: false }]];
    const refused = neverAgain.flatMap((steps, kind) =>
      listFailed(50, `refused-${kind}`, { steps }),
    );
    const asked = listFailed(50, "asked", { isAutomatic: false, findingId: null });
    await store.doResponses({ responses: [...refused, ...asked, ...listFailed(1, "honest", {})] });

    expect(lookAgain(1)).toEqual([["honest-0"]]);
  });

  test("a tenant that has a thousand has no more of a look than one that has one, which is tried each minute", async () => {
    const hostile = listFailed(1_000, "hostile", { tenant: "hostile", decidedAt: NOW - 900 });
    await store.doResponses({
      responses: [...hostile, ...listFailed(1, "honest", { tenant: "the-last" })],
    });
    const looks = lookAgain(3);

    expect(looks.map((ids) => ids.includes("honest-0"))).toEqual([true, true, true]);
    expect(looks.map((ids) => ids.length)).toEqual([17, 17, 17]);
    expect(new Set(looks.flat()).size).toBe(49);
  });

  test("more tenants than there are in a look each have their turn", async () => {
    const responses = Array.from({ length: 40 }, (_, index) =>
      listFailed(1, `tenant-${index}`, { tenant: `tenant-${index}` }),
    );
    await store.doResponses({ responses: responses.flat() });

    expect(new Set(lookAgain(2).flat()).size).toBe(40);
  });

  /** Which are taken up, where nothing comes of it. */
  function lookAgain(times: number): readonly (readonly string[])[] {
    const takeAgain = createTakeUpAgain({
      ...toOptions({}),
      store: {
        ...toStore({ failed: [] }),
        listTenantsToTryAgain: (after) => store.listTenantsToTryAgain(after),
        listFailedResponses: (which) => store.listFailedResponses(which),
        countKills: () => -1_000,
        countAllKills: () => -1_000,
      },
    });
    return Array.from({ length: times }, () => takeAgain([]).map(({ id }) => id));
  }
});

test("one that fails each time calls a person once", () => {
  expect(toEndOfResponse(FAILED).findings).toHaveLength(1);
  expect(toEndOfResponse({ ...FAILED, retries: 1 })).toEqual({});
});

function takeUp(
  played: Played,
  underWay: Parameters<ReturnType<typeof createTakeUpAgain>>[0] = [],
) {
  return createTakeUpAgain(toOptions(played))(underWay);
}

function toOptions(played: Played): TakenUpOptions {
  return {
    store: toStore(played),
    policy: played.policy ?? USUAL_RESPONSE,
    retryEachMs: 60_000,
    onTrouble: (_, error) => {
      throw error;
    },
    now: () => NOW,
  };
}

function toStore({
  failed = [FAILED],
  others = [],
  state = "open",
  response = "report",
  mode = "armed",
  kills = 0,
}: Played): TakenUpOptions["store"] {
  return {
    listTenantsToTryAgain: () => ["default"],
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
}

function listFailed(count: number, prefix: string, given: Partial<StoredResponse>) {
  return Array.from({ length: count }, (_, index) => ({
    ...newResponse({ state: "failed", steps: [TIMED_OUT], decidedAt: NOW - 500, changedAt: 1 }),
    id: `${prefix}-${index}`,
    runId: `${prefix}-${index}`,
    ...given,
  }));
}

function ignore(): void {}
