import { describe, expect, test } from "vitest";

import { findMatches } from "../../../collector/dashboard/client/pages/run/tree-rows.ts";
import {
  createRunModel,
  type RunModel,
} from "../../../collector/dashboard/client/run-model/run-model.ts";
import { layOut } from "../../../collector/dashboard/client/timeline/layout.ts";
import { toTicks } from "../../../collector/dashboard/client/timeline/ticks.ts";

const AT = "2026-03-01T10:00:00.000000Z";
/** Whoever looked at all of the others for each would not be ready before the test's limit. */
describe("a run's page does not stand still for a run", () => {
  test("of a hundred thousand processes at once", () => {
    const model = toModel(100_000, () => null);
    const [group] = layOut(model, []).groups;

    expect(group?.lanes.length).toBe(400);
    expect(group?.lanes.reduce((sum, { bars }) => sum + bars.length, 0)).toBe(100_000);
  });

  test("in which each process was started by the one before", () => {
    const model = toModel(100_000, (index) => (index === 0 ? null : toId(index - 1)));

    expect(findMatches(model, "worm")?.found.size).toBe(100_000);
  });

  test("that says that it was ten thousand years long", () => {
    const [from, to] = [Date.parse("0000-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59Z")];

    expect(toTicks({ from, to, top: 0 }, from, 1_200).length).toBeLessThan(20);
  });
});

test("a run's page keeps no more of long lines than of many", () => {
  const model = createRunModel({ maxLines: 5, maxCharacters: 1_000 });
  for (const length of [10, 10, 2_000, 10]) model.add(JSON.stringify("a".repeat(length)));

  expect(model.lines.length).toBe(2);
  expect(model.isCut).toBe(true);
});

function toModel(processes: number, parentOf: (index: number) => string | null): RunModel {
  const model = createRunModel();
  for (let index = 0; index < processes; index += 1) {
    const said = { executable: "/tmp/worm", args: ["worm"], workingDirectory: "/", userId: 0 };
    const process = { process: toId(index), parent: parentOf(index), pid: index };
    model.add(
      JSON.stringify({
        seq: index + 1,
        observedAt: AT,
        kind: "process-started",
        ...process,
        ...said,
      }),
    );
  }
  return model;
}

function toId(index: number): string {
  return `${index}-a`;
}
