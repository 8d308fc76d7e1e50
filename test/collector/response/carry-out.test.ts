/** What counts as a kill once more, where one is tried again. */
import { expect, test } from "vitest";

import { createCarryOut } from "../../../collector/response/carry-out.ts";
import type { StepKind, StepKinds } from "../../../collector/response/step-kind.ts";
import { newResponse } from "./support/stored-response.ts";

const NOW = 900_000;
const COUNTED_AT = 5_000;
const DOWN: StepKind = {
  actMs: 0,
  checkMs: 0,
  act: () => Promise.resolve({ status: "retry", answer: "nobody answers", afterMs: 1 }),
  check: () => Promise.resolve({ status: "not-yet", answer: "it goes on" }),
};
const ASKED: StepKind = {
  ...DOWN,
  act: () =>
    Promise.resolve({ status: "accepted", answer: "it is asked", learned: { commandNumber: 3 } }),
};

test.each([
  ["is no kill once more where its guard was asked long ago", 3, COUNTED_AT],
  ["is one where its guard is asked anew", null, NOW],
])("one whose cluster is down %s", async (_, commandNumber, countedAt) => {
  const { target, ...response } = newResponse({ retries: 1, countedAt: COUNTED_AT });
  const ended = await carryOut({ ...response, target: { ...target, commandNumber } });

  expect(ended).toMatchObject({ state: "failed", countedAt });
  expect(ended.steps.map(({ step }) => step)).toContain("ask-agent");
});

function carryOut(response: ReturnType<typeof newResponse>) {
  const steps: StepKinds = {
    "await-agent": DOWN,
    "ask-agent": ASKED,
    "label-pod": DOWN,
    "delete-pod": DOWN,
    "force-delete-pod": DOWN,
    "delete-runner": DOWN,
    "cancel-run": DOWN,
    "force-cancel-run": DOWN,
  };
  const carry = createCarryOut({
    steps,
    patience: 1,
    store: () => Promise.resolve(),
    onRevoke: () => undefined,
    mayKill: () => true,
    toEnd: () => ({}),
    now: () => NOW,
    uptime: () => performance.now(),
  });
  return carry(response, new AbortController().signal);
}
