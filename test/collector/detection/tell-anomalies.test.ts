import { expect, test } from "vitest";

import type { Anomaly } from "../../../collector/detection/model/anomaly.ts";
import { beginPupil } from "../../../collector/detection/pupil.ts";
import { createTeller } from "../../../collector/detection/tell-anomalies.ts";
import type { DetectionWrite } from "../../../collector/detection/thread-messages.ts";

const ASKED: Anomaly = {
  id: "new-destination-1",
  rule: "new-destination",
  severity: "medium",
  message: "curl asked for evil.example",
  technique: "T1041",
  evidence: {
    expected: "",
    seen: "",
    overRuns: 20,
    state: "stable",
    cause: { features: [], volumes: [] },
  },
};
const WENT: Anomaly = { ...ASKED, message: "curl went to evil.example" };

test.each([
  ["each time alike", [ASKED, ASKED, ASKED], ["medium: curl asked for evil.example"]],
  [
    "in other words",
    [ASKED, WENT, WENT],
    ["medium: curl asked for evil.example", "medium: curl went to evil.example"],
  ],
  [
    "graver",
    [ASKED, { ...ASKED, severity: "high" }, ASKED],
    ["medium: curl asked for evil.example", "high: curl asked for evil.example"],
  ],
  ["as nothing to be told of", [{ ...ASKED, severity: "info" }], []],
] as const)("what is found %s is told as often as it is news", async (_, found, told) => {
  expect(await tellAll(found)).toEqual(told);
});

/** As the store has it: a finding is never less grave than it was. */
async function tellAll(found: readonly Anomaly[]): Promise<string[]> {
  const stored = new Map<string, { readonly severity: string; readonly message: string }>();
  const told: string[] = [];
  const teller = createTeller({
    pupils: { findTold: ({ id }) => stored.get(id) },
    write(writes: readonly DetectionWrite[]) {
      for (const write of writes) {
        if (write.kind !== "find") continue;
        const { id, severity, message } = write.finding;
        told.push(`${severity}: ${message}`);
        stored.set(id, { severity, message });
      }
      return Promise.resolve();
    },
    now: () => 0,
  });
  const pupil = beginPupil();
  for (const anomaly of found) await teller.tell("run", pupil, [anomaly]);
  return told;
}
