/** A baseline as the API shows it. */
import { z } from "zod";

import { RequestProblem } from "../errors.ts";
import { BASELINE_STATES, type ListedBaseline } from "../stores/baseline-store.ts";
import { toTime } from "./to-time.ts";

export const listedBaselineSchema = z.object({
  id: z.string(),
  repository: z.string().nullable(),
  workflow: z.string().nullable(),
  job: z.string().nullable().describe("Without the leg of a matrix: all legs are one job."),
  state: z
    .enum(BASELINE_STATES)
    .describe(
      "`learning`: of too few runs, and nothing is judged by it. `unstable`: the job changes so often that something new says nothing.",
    ),
  runs: z.int().describe("That have taught it."),
  changedAt: z.iso.datetime(),
  usedAt: z.iso.datetime().describe("When a run of the job ended last, within a day."),
});
export type ListedBaselineView = z.infer<typeof listedBaselineSchema>;

export function toListedView(baseline: ListedBaseline): ListedBaselineView {
  const { id, repository, workflow, job, state, runs, changedAt, usedAt } = baseline;
  const times = { changedAt: toTime(changedAt), usedAt: toTime(usedAt) };
  return { id: String(id), repository, workflow, job, state, runs, ...times };
}

const ID = /^[1-9]\d{0,14}$/;

/** Throws `not-found`. */
export function readBaselineId(text: string): number {
  if (ID.test(text)) return Number(text);
  throw new RequestProblem("not-found", "there is no such baseline");
}
