/** How the collector is set up, as far as operators need it; and whether its sinks are heard. */
import { z } from "zod";

import type { NamedSink } from "../../alerting/alerting-file.ts";
import { describeOutcome, type TriedSink } from "../../alerting/try-sink.ts";
import { CollectorError, RequestProblem } from "../../errors.ts";
import { OWN_TENANT } from "../../identity/token-grants.ts";
import type { RetentionAges } from "../../retention/retention-ages.ts";
import type { UsageStore } from "../../stores/usage-store.ts";
import { defineJsonRoute, defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

export interface SettingsOptions {
  readonly store: Pick<UsageStore, "countStoredBytes">;
  readonly ages: (tenant: string) => RetentionAges;
  readonly maxBytes: (tenant: string) => number;
  readonly pruneAt: string;
  readonly sinks: readonly NamedSink[];
  /** Throws `usage`. */
  readonly trySink: (sink: NamedSink) => Promise<TriedSink>;
}

const MAX_BODY_BYTES = 64;

export const settingsSchema = z.object({
  retention: z.object({
    eventsDays: z.int(),
    runsDays: z.int(),
    auditDays: z.int(),
    pruneAt: z.string().describe("When what is older is removed: a pattern of cron."),
  }),
  stored: z.object({
    bytes: z.int(),
    maxBytes: z.int().describe("Nothing more is taken beyond."),
  }),
  sinks: z
    .array(
      z.object({
        name: z.string(),
        type: z.string(),
        usually: z
          .enum(["pages", "all"])
          .describe("Of what it is told where no route says otherwise."),
      }),
    )
    .describe("Of alerts. None for other tenants than the collector's own."),
});
const triedSchema = z.object({
  isDelivered: z.boolean().describe("Both the test and its end."),
  test: z.string(),
  end: z.string().nullable(),
});

export function createSettingsRoutes({ sinks, ...options }: SettingsOptions): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/settings",
      role: "viewer",
      summary: "What is kept for how long, how much of it there is, and who is told of incidents.",
      query: {},
      answers: { 200: "The settings" },
      json: { name: "Settings", schema: settingsSchema },
      refusals: ["storage-failed"],
      answer({ caller: { tenant } }) {
        const { events, runs, audit } = options.ages(tenant);
        const { pruneAt } = options;
        const shown = tenant === OWN_TENANT ? sinks : [];
        return {
          status: 200,
          json: {
            retention: { eventsDays: events, runsDays: runs, auditDays: audit, pruneAt },
            stored: {
              bytes: options.store.countStoredBytes(tenant),
              maxBytes: options.maxBytes(tenant),
            },
            sinks: shown.map(({ name, type: { type, usually } }) => ({ name, type, usually })),
          },
        };
      },
    }),
    defineJsonRoute({
      method: "POST",
      path: "/v1/sinks/{name}/test",
      role: "admin",
      isAudited: true,
      maxBodyBytes: MAX_BODY_BYTES,
      summary: "Send a test alert and its end to a sink.",
      parameters: { name: "The sink" },
      query: {},
      body: z.strictObject({}),
      answers: { 200: "What was answered" },
      json: { name: "TriedSink", schema: triedSchema },
      refusals: ["not-found", "storage-failed"],
      async answer({ caller: { tenant }, parameters }) {
        const sink = sinks.find(({ name }) => name === parameters["name"]);
        if (sink === undefined || tenant !== OWN_TENANT) {
          throw new RequestProblem("not-found", "there is no such sink");
        }
        return { status: 200, json: await tryAndTell(() => options.trySink(sink)) };
      },
    }),
  ];
}

async function tryAndTell(attempt: () => Promise<TriedSink>): Promise<z.infer<typeof triedSchema>> {
  try {
    const { test, end } = await attempt();
    return {
      isDelivered: end?.status === "delivered",
      test: describeOutcome(test),
      end: end === undefined ? null : describeOutcome(end),
    };
  } catch (error) {
    // A secret's file is gone, say: that is what somebody wants to know.
    if (!(error instanceof CollectorError)) throw error;
    return { isDelivered: false, test: error.message, end: null };
  }
}
