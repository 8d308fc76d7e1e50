import { describe, expect, test } from "vitest";

import {
  type Circumstances,
  decideResponse,
  type FindingToAnswer,
  mayMatter,
} from "../../../collector/response/decide-response.ts";
import { type ResponsePolicy, USUAL_RESPONSE } from "../../../collector/response/response-file.ts";
import type { RunToRespond } from "../../../collector/response/run-to-respond.ts";
import { POD } from "./support/stored-response.ts";

const FINDING: FindingToAnswer = {
  rule: "reverse-shell",
  severity: "critical",
  response: "report",
  state: "open",
};
const RUN: RunToRespond = {
  tenant: "acme",
  runId: "run",
  repository: "acme/app",
  isProven: true,
  pod: POD,
  workflowRun: { issuer: "https://github", repository: "acme/app", runId: "7" },
  isOver: false,
};
const NO_KILLS = { ofTenant: 0, inAll: 0 };
const ARMED: Circumstances = {
  policy: USUAL_RESPONSE,
  mode: "armed",
  kills: NO_KILLS,
  earlier: [],
  now: 1_000_000,
};
const DONE = {
  runId: "run",
  action: "kill-pod",
  state: "done",
  withheld: null,
  steps: [],
  changedAt: 999_000,
} as const;
const AWAITED = {
  step: "await-agent",
  outcome: "worked",
  startedAt: 1,
  acceptedAt: 2,
  endedAt: 3,
  answer: "",
} as const;
const NONE = { action: "none" };

describe("without rules of the operator's", () => {
  test.each<[string, Partial<FindingToAnswer>, Partial<RunToRespond>, object]>([
    ["a pod dies by active compromise", {}, {}, { action: "kill-pod", withheld: null }],
    ["a job dies where there is no pod", {}, { pod: null }, { action: "kill-job" }],
    [
      "of a job that is over and has no pod it is recorded what the rule asked for",
      {},
      { pod: null, isOver: true },
      { action: "kill-pod", withheld: "over" },
    ],
    [
      "a job that is over, and that its guard has killed, has what the rule asked for",
      { response: "kill-job" },
      { pod: null, isOver: true },
      NONE,
    ],
    [
      "a pod whose guard has said goodbye dies all the same",
      {},
      { isOver: true },
      { action: "kill-pod" },
    ],
    ["what is less than critical is left alone", { severity: "high" }, {}, NONE],
    ["another rule is left alone", { rule: "miner" }, {}, NONE],
    ["a rule whose name has another one in it is left alone", { rule: "xreverse-shell" }, {}, NONE],
    ["what operators have suppressed is left alone", { state: "suppressed" }, {}, NONE],
    ["what belongs to the job is left alone", { state: "expected" }, {}, NONE],
    [
      "what somebody sees to is responded to",
      { state: "acknowledged" },
      {},
      { action: "kill-pod" },
    ],
    ["what response itself finds is left alone", { rule: "kill-limit" }, {}, NONE],
    [
      "a job that its guard has killed is looked at first",
      { response: "kill-job" },
      {},
      { action: "kill-pod", isAgentDone: true },
    ],
    [
      "one whose process was killed is not over with that",
      { response: "kill-process" },
      {},
      { action: "kill-pod", isAgentDone: false },
    ],
  ])("%s", (_, finding, run, expected) => {
    expect(decideResponse({ ...FINDING, ...finding }, { ...RUN, ...run }, ARMED)).toMatchObject(
      expected,
    );
  });
});

describe("rules of the operator's", () => {
  test.each<[string, ResponsePolicy["rules"], Partial<RunToRespond>, object]>([
    [
      "come before the built-in ones",
      [{ match: {}, action: "cancel-run" }],
      {},
      { action: "cancel-run" },
    ],
    [
      "are taken in their order",
      [
        { match: { rule: "reverse-*" }, action: "quarantine-pod" },
        { match: {}, action: "kill-job" },
      ],
      {},
      { action: "quarantine-pod" },
    ],
    ["may leave alone", [{ match: { repository: "acme/*" }, action: "none" }], {}, NONE],
    [
      "know no case of repositories",
      [{ match: { repository: "Acme/App" }, action: "none" }],
      { repository: "acme/APP" },
      NONE,
    ],
    [
      "leave nobody alone by what his agent alone says",
      [{ match: { repository: "acme/*" }, action: "none" }],
      { isProven: false },
      { action: "kill-pod" },
    ],
    [
      "respond by what an agent alone says",
      [{ match: { repository: "acme/*" }, action: "kill-job" }],
      { isProven: false },
      { action: "kill-job" },
    ],
    [
      "hold for their tenant alone",
      [{ match: { tenant: "other" }, action: "none" }],
      {},
      { action: "kill-pod" },
    ],
    [
      "hold from their severity on",
      [{ match: { severity: "high" }, action: "kill-job" }],
      {},
      { action: "kill-job" },
    ],
    [
      "that want a run cancelled of which nobody knows come to the job",
      [{ match: {}, action: "cancel-run" }],
      { workflowRun: null },
      {
        action: "kill-job",
        reason: "reverse-shell of severity critical (cancel-run cannot be done here)",
      },
    ],
    [
      "that want a pod cut off that is none come to the job",
      [{ match: {}, action: "quarantine-pod" }],
      { pod: null },
      { action: "kill-job" },
    ],
  ])("%s", (_, rules, run, expected) => {
    const policy = { ...USUAL_RESPONSE, rules };

    expect(decideResponse(FINDING, { ...RUN, ...run }, { ...ARMED, policy })).toMatchObject(
      expected,
    );
  });

  test("may stand alone", () => {
    const policy = { ...USUAL_RESPONSE, defaults: false };

    expect(decideResponse(FINDING, RUN, { ...ARMED, policy })).toMatchObject(NONE);
    expect(mayMatter({ ...FINDING, tenant: "acme" }, policy)).toBe(false);
  });
});

describe("what was done before, and may be done", () => {
  test.each<[string, Partial<Circumstances>, object]>([
    [
      "is only recorded until somebody has armed it",
      { mode: "dry-run" },
      { withheld: "not-armed" },
    ],
    [
      "is recorded only beyond so many kills",
      { kills: { ofTenant: 5, inAll: 5 } },
      { withheld: "kill-limit", reached: { maxKills: 5, of: "tenant" } },
    ],
    [
      "is recorded only beyond so many kills of all tenants",
      { kills: { ofTenant: 4, inAll: 20 } },
      { withheld: "kill-limit", reached: { maxKills: 20, of: "collector" } },
    ],
    ["is done up to that", { kills: { ofTenant: 4, inAll: 19 } }, { withheld: null }],
    ["is done once", { earlier: [DONE] }, NONE],
    ["is done once while it goes on", { earlier: [{ ...DONE, state: "acting" }] }, NONE],
    [
      "is graver than what was done",
      { earlier: [{ ...DONE, action: "kill-job" }] },
      { action: "kill-pod" },
    ],
    [
      "leaves a pod that was cut off as it is",
      { earlier: [{ ...DONE, action: "quarantine-pod" }] },
      NONE,
    ],
    [
      "is recorded once",
      { mode: "dry-run", earlier: [{ ...DONE, state: "dry-run", withheld: "not-armed" }] },
      NONE,
    ],
    [
      "is done though it was only recorded before",
      { earlier: [{ ...DONE, state: "dry-run", withheld: "not-armed" }] },
      { action: "kill-pod", withheld: null },
    ],
    [
      "is done though a guard of another run in its pod says that it did it",
      { earlier: [{ ...DONE, runId: "decoy", steps: [AWAITED] }] },
      { action: "kill-pod", withheld: null },
    ],
    [
      "is done though a guard said of another finding that it did it, and nobody saw that",
      { earlier: [{ ...DONE, steps: [{ ...AWAITED, outcome: "unverified" }] }] },
      { action: "kill-pod", withheld: null },
    ],
    ["is done once where the guard did it", { earlier: [{ ...DONE, steps: [AWAITED] }] }, NONE],
    ["that failed is not tried again at once", { earlier: [{ ...DONE, state: "failed" }] }, NONE],
    [
      "that failed by a clock that was ahead is tried again",
      { earlier: [{ ...DONE, state: "failed", changedAt: 90_000_000 }] },
      { action: "kill-pod" },
    ],
    [
      "that failed a while ago is tried again",
      { earlier: [{ ...DONE, state: "failed", changedAt: 100_000 }] },
      { action: "kill-pod" },
    ],
  ])("%s", (_, circumstances, expected) => {
    expect(decideResponse(FINDING, RUN, { ...ARMED, ...circumstances })).toMatchObject(expected);
  });

  test("a tenant may have another number of kills, and a guard's own are none of them", () => {
    const tenants = { acme: { maxKillsPerMinute: 1 } };
    const kills = { ofTenant: 1, inAll: 1 };
    const circumstances = { ...ARMED, kills, policy: { ...USUAL_RESPONSE, tenants } };
    const killed = { ...FINDING, response: "kill-job" };

    expect(decideResponse(FINDING, RUN, circumstances)).toMatchObject({ withheld: "kill-limit" });
    expect(decideResponse(killed, RUN, circumstances)).toMatchObject({ withheld: null });
    expect(decideResponse(FINDING, { ...RUN, tenant: "other" }, circumstances)).toMatchObject({
      withheld: null,
    });
  });
});

test("a rule's name reaches no reason as anything but letters", () => {
  const policy: ResponsePolicy = {
    ...USUAL_RESPONSE,
    rules: [{ match: { rule: "evil*" }, action: "kill-job" }],
  };
  const rule = `evil\n\u001b[2J\u202e${"x".repeat(1_000)}`;
  const decision = decideResponse({ ...FINDING, rule }, RUN, { ...ARMED, policy });

  expect(decision.reason).toMatch(/^evil\?\?\[2J\?x{90,91} of severity critical$/);
});

test("most findings are known to be left alone without a look at their runs", () => {
  const findings = [{}, { rule: "miner" }, { severity: "high" }].map((given) => ({
    ...FINDING,
    tenant: "acme",
    ...given,
  }));

  expect(findings.map((finding) => mayMatter(finding, USUAL_RESPONSE))).toEqual([
    true,
    false,
    false,
  ]);
});
