import { describe, expect, test } from "vitest";

import { createByteBudget, type Sender } from "../../../collector/api/byte-budget.ts";
import { RequestProblem } from "../../../collector/errors.ts";

const BOUNDS = {
  maxBytes: 128,
  maxBytesOfAgents: 96,
  maxBytesOfTenant: 24,
  maxBytesOfStarts: 4,
  maxBytesOfRun: 16,
};

describe("what one takes leaves", () => {
  test("the others theirs, where a tenant's agents send as much as they can", () => {
    const budget = createByteBudget(BOUNDS);
    const ofEvil = Array.from({ length: 20 }, (_, run) =>
      toAgent({ tenant: "evil", runId: `${run}` }),
    );

    expect(takeAll(budget, ofEvil)).toBe(48);
    expect(takeAll(budget, [toAgent({}), toAgent({ runId: "other" })])).toBe(24);
    expect(
      takeAll(budget, [toAgent({ tenant: "third" }), toAgent({ tenant: "third", runId: "b" })]),
    ).toBe(24);
  });

  test("batches theirs, where all that begins does not end", () => {
    const budget = createByteBudget(BOUNDS);

    expect(takeAll(budget, [toAgent({ runId: undefined })])).toBe(4);
    expect(takeAll(budget, [toAgent({ tenant: "other", runId: undefined })])).toBe(4);
    expect(takeAll(budget, [toAgent({})])).toBe(16);
  });

  test("a run what it may have, where somebody with another token sends for it", () => {
    const budget = createByteBudget(BOUNDS);

    expect(takeAll(budget, [toAgent({ token: "of the tenant" })])).toBe(16);
    expect(takeAll(budget, [toAgent({ token: "of the run" })])).toBe(16);
  });

  test("operators theirs, and all of it when it was given back", () => {
    const budget = createByteBudget(BOUNDS);
    const operator = { ...toAgent({ runId: undefined }), isOperator: true };
    for (const tenant of ["a", "b", "c", "d"]) {
      takeAll(budget, [toAgent({ tenant }), toAgent({ tenant, runId: "b" })]);
    }

    expect(takeAll(budget, [operator])).toBe(32);
    budget.giveBack(operator, 32);
    expect(takeAll(budget, [operator])).toBe(32);
  });
});

function toAgent(changed: Partial<Sender>): Sender {
  return { isOperator: false, tenant: "default", token: "token", runId: "run", ...changed };
}

/** How much was taken, of all that there is to be had. */
function takeAll(budget: ReturnType<typeof createByteBudget>, senders: readonly Sender[]): number {
  let taken = 0;
  for (const sender of senders) {
    try {
      for (; taken < BOUNDS.maxBytes; taken += 1) budget.take(sender, 1);
    } catch (error) {
      if (!(error instanceof RequestProblem && error.code === "too-fast")) throw error;
    }
  }
  return taken;
}
