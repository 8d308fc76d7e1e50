/** What a webhook is told of an incident: `data` of each event. Published as docs/schema/alert.schema.json: members are added, and none changes. */
import { z } from "zod";

import { SEVERITIES } from "../../../../protocol/severities.ts";

export const ALERT_SCHEMA_ID = "urn:runner-guard:schema:alert:1";

const jobSchema = z.object({
  provider: z.string().optional(),
  repository: z.string().optional(),
  workflow: z.string().optional(),
  job: z.string().optional(),
  ref: z.string().optional(),
  sha: z.string().optional(),
  actor: z.string().optional(),
  runId: z.string().optional().describe("The CI system's own name of the run."),
});

const linksSchema = z.object({
  incident: z.string(),
  run: z.string(),
  runbook: z.string(),
  job: z.string().nullable().describe("Of the CI system, where it is known."),
  earlier: z
    .string()
    .nullable()
    .describe("Of the incident that somebody had seen to, before it came again in a later run."),
});

const answerableSchema = z.object({
  by: z.string().describe("The role of the token."),
  token: z.string().describe("Which token it was, as in the audit log."),
  owner: z.string(),
  reason: z.string(),
  at: z.string().describe("RFC 3339."),
});

const incidentSchema = z.object({
  id: z.string().describe("Of all tenants."),
  tenant: z.string(),
  urgency: z.enum(["page", "ticket"]),
  severity: z.enum(SEVERITIES),
  rule: z.string().describe("Its id."),
  technique: z.string().nullable().describe("Of MITRE ATT&CK."),
  message: z.string().describe("Text of whoever attacks the job may be part of it."),
  evidence: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("What the message goes by; null where it is long, and stands in its event alone."),
  job: jobSchema.describe("As far as it is known."),
  firstRunId: z.string(),
  lastRunId: z.string(),
  runs: z.int().nonnegative(),
  findings: z.int().nonnegative(),
  occurrences: z.int().nonnegative().describe("What the findings count together."),
  firstSeen: z.string().describe("RFC 3339."),
  lastSeen: z.string().describe("RFC 3339."),
  responses: z.array(z.string()).describe("What was done about it, the oldest first."),
  acknowledged: answerableSchema
    .nullable()
    .optional()
    .describe("Null where nobody has it in hand, or not any more."),
  resolution: z
    .enum(["findings", "operator", "age"])
    .nullable()
    .optional()
    .describe(
      "findings: none of them stands any more; operator: somebody said so; age: none came for two weeks; null: it is not over.",
    ),
  resolvedBy: answerableSchema.nullable().optional(),
  links: linksSchema,
});

export const alertSchema = z.object({
  action: z
    .enum(["trigger", "update", "acknowledge", "resolve"])
    .describe("`update`: it grew, or goes on."),
  incident: incidentSchema,
});
export type Alert = z.infer<typeof alertSchema>;
