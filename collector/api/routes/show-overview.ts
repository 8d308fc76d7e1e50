import { z } from "zod";

import { severitySchema } from "../../../protocol/index.ts";
import type { DenialCount, OverviewStore } from "../../stores/overview-store.ts";
import { defineRoute } from "../define-route.ts";
import { wholeNumber } from "../page.ts";
import type { Route } from "../route.ts";
import { toTime } from "../to-time.ts";

const HOUR_MS = 3_600_000;
const MAX_HOURS = 744;
const DEFAULT_HOURS = 48;

const denialSchema = z.object({
  hour: z.iso.datetime().describe("When it begins. Hours of nothing are left out."),
  blocked: z.int(),
  wouldBlock: z.int().describe("By guards that audit."),
});

export const overviewSchema = z.object({
  runs: z.object({
    live: z.int(),
    silent: z.int(),
    degraded: z
      .int()
      .describe("Live, with a guard that lacks a sensor or cannot block though it was asked to."),
  }),
  openFindings: z.object({
    bySeverity: z.record(severitySchema, z.int()),
    isWhole: z.boolean().describe("False: older findings than the newest 10,000 are not counted."),
  }),
  denials: z
    .array(denialSchema)
    .describe("Connections and names that policy denied, by the hour in which they were told of."),
});

export function createShowOverviewRoute(store: OverviewStore): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/overview",
    role: "viewer",
    summary: "Runs, open findings and what was denied, in figures.",
    query: {
      hours: wholeNumber({ min: 1, max: MAX_HOURS })
        .default(DEFAULT_HOURS)
        .describe("Of what was denied: how many count, the current one with them."),
    },
    answers: { 200: "The figures" },
    json: { name: "Overview", schema: overviewSchema },
    refusals: ["storage-failed"],
    answer({ caller: { tenant }, query: { hours } }) {
      const now = Date.now();
      const sinceHour = Math.floor(now / HOUR_MS) - hours + 1;
      const { counts, isWhole } = store.countOpenFindings(tenant, now);
      const bySeverity = severitySchema.options.map((severity) => [
        severity,
        counts.get(severity) ?? 0,
      ]);
      return {
        status: 200,
        json: overviewSchema.parse({
          runs: store.countRuns(tenant),
          openFindings: { bySeverity: Object.fromEntries(bySeverity), isWhole },
          denials: toDenials(store.listDenials(tenant, sinceHour)),
        }),
      };
    },
  });
}

function toDenials(rows: readonly DenialCount[]): readonly z.infer<typeof denialSchema>[] {
  return [...Map.groupBy(rows, ({ hour }) => hour)].map(([hour, ofHour]) => ({
    hour: toTime(hour * HOUR_MS),
    blocked: sum(ofHour, "blocked"),
    wouldBlock: sum(ofHour, "would-block"),
  }));
}

function sum(rows: readonly DenialCount[], wanted: string): number {
  return rows.reduce((all, { verdict, count }) => all + (verdict === wanted ? count : 0), 0);
}
