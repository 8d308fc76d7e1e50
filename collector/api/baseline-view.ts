/** A baseline as the API shows it. */
import { z } from "zod";

import type { ShownBaseline } from "../detection/show-baseline.ts";
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

const seen = {
  runs: z.int().describe("In how many runs."),
  lastRun: z.int().describe("In which it was seen last: the first run that taught is 1."),
  isExpected: z.boolean().describe("Somebody has said that the job does that."),
};

export const baselineSchema = listedBaselineSchema.extend({
  reasons: z
    .array(z.string())
    .describe("Why it is in this state, and what is not judged though the rest is."),
  destinations: z.array(
    z.object({
      program: z.string().describe("Empty: it is not known."),
      domain: z.string().describe("What one owner has, or a block of addresses."),
      hosts: z.array(z.string()).describe("With `*` for what rotates; 20 at most."),
      moreHosts: z.int().describe("Besides those that are named."),
      port: z.int().describe("0: it was asked for alone, or is whichever was free."),
      transport: z.string().describe("`dns`: it was asked for alone."),
      ...seen,
    }),
  ),
  processes: z.array(z.object({ parent: z.string(), program: z.string(), ...seen })),
  files: z.array(z.object({ place: z.string(), ...seen })),
  signals: z
    .array(z.object({ signal: z.string(), ...seen }))
    .describe("What the guard finds in honest runs of the job, too."),
  volumes: z.array(z.object({ volume: z.string(), median: z.number(), most: z.number() })),
});

export function toBaselineView(shown: ShownBaseline): z.infer<typeof baselineSchema> {
  const { reasons, destinations, processes, files, signals, volumes } = shown;
  return {
    ...toListedView(shown),
    reasons: [...reasons],
    destinations: destinations.map(({ hosts, ...to }) => ({ ...to, hosts: [...hosts] })),
    processes: [...processes],
    files: [...files],
    signals: [...signals],
    volumes: [...volumes],
  };
}

const ID = /^[1-9]\d{0,14}$/;

/** Throws `not-found`. */
export function readBaselineId(text: string): number {
  if (ID.test(text)) return Number(text);
  throw new RequestProblem("not-found", "there is no such baseline");
}
