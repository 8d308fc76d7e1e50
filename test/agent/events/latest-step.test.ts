import { expect, test } from "vitest";

import { createLatestStep } from "../../../agent/events/latest-step.ts";
import { processExited, processStarted } from "../report/run-events.ts";

test("the latest step is that of the last process that told one", () => {
  const latest = createLatestStep();
  latest.note(processStarted(1));
  expect(latest.step).toBeUndefined();

  latest.note(processStarted(2, { step: { step: "build" } }));
  latest.note(processStarted(3, { step: { step: "deploy", job: "release" } }));
  latest.note(processExited(3));
  latest.note(processStarted(4));

  expect(latest.step).toEqual({ step: "deploy", job: "release" });
});
