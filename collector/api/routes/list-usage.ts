/** What a repository's jobs use, over some days: destinations, names and programs. */
import { z } from "zod";

import type { UsageList, UsageScope, UsageStore } from "../../stores/usage-store.ts";
import { defineRoute } from "../define-route.ts";
import { PAGE_QUERY, wholeNumber } from "../page.ts";
import type { Route } from "../route.ts";

const MAX_TEXT_LENGTH = 1_024;
const DAY_MS = 86_400_000;
const MAX_DAYS = 400;
const DEFAULT_DAYS = 7;
const DAY_LENGTH = "2026-01-31".length;
const SUBJECTS = { destinations: "Destinations", names: "Names", programs: "Programs" };

const usage = {
  count: z.int(),
  firstDay: z.string(),
  lastDay: z.string(),
  lastRun: z.string().describe("The run that used it last."),
};
const destinationSchema = z.object({
  host: z.string(),
  port: z.int(),
  transport: z.string(),
  verdict: z.string(),
  ...usage,
});
const nameSchema = z.object({ name: z.string(), verdict: z.string(), ...usage });
const programSchema = z.object({
  program: z.string(),
  parent: z.string().describe("Empty where it was not known."),
  ...usage,
});

export function createUsageRoutes(
  store: Pick<UsageStore, "listDestinations" | "listNames" | "listPrograms">,
): readonly Route[] {
  return [
    defineUsageRoute("destinations", destinationSchema, (scope) => store.listDestinations(scope)),
    defineUsageRoute("names", nameSchema, (scope) => store.listNames(scope)),
    defineUsageRoute("programs", programSchema, (scope) => store.listPrograms(scope)),
  ];
}

function defineUsageRoute<Item>(
  what: "destinations" | "names" | "programs",
  itemSchema: z.ZodType<Item>,
  list: (scope: UsageScope) => UsageList<Item>,
): Route {
  return defineRoute({
    method: "GET",
    path: `/v1/${what}`,
    role: "viewer",
    isAudited: true,
    summary: `${SUBJECTS[what]} that a repository's jobs used, those used most first.`,
    query: {
      repository: z
        .string()
        .max(MAX_TEXT_LENGTH)
        .optional()
        .describe("Such as acme/app, in whichever case. Without it: jobs of no repository."),
      days: wholeNumber({ min: 1, max: MAX_DAYS })
        .default(DEFAULT_DAYS)
        .describe("How many days count, today in UTC with them."),
      limit: PAGE_QUERY.limit,
    },
    answers: { 200: "The list" },
    json: {
      name: `${SUBJECTS[what]}Usage`,
      schema: z.object({
        repository: z
          .string()
          .nullable()
          .describe("As it was asked for. Null: these are of jobs of no repository alone."),
        items: z.array(itemSchema),
        isWhole: z
          .boolean()
          .describe("False: there is more than this list holds, or more than was looked at."),
      }),
    },
    refusals: ["storage-failed"],
    answer({ caller: { tenant }, query: { repository = null, days, limit } }) {
      const since = new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, DAY_LENGTH);
      const { items, isWhole } = list({ tenant, repository, since, limit });
      return { status: 200, json: { repository, items: [...items], isWhole } };
    },
  });
}
