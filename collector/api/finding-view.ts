/** A finding as the API shows it, with what operators have said of it. */
import { z } from "zod";

import { responseSchema, severitySchema } from "../../protocol/index.ts";
import { type Answerable, FINDING_STATES, type ShownFinding } from "../stores/run-queries.ts";
import { toFindingId } from "./finding-id.ts";
import { jobOfRunSchema, toJobOfRun } from "./job-of-run.ts";
import { toTime } from "./to-time.ts";

const answerableSchema = z.object({
  by: z.string().describe("The role of the token."),
  token: z.string().describe("Which token it was, as in the audit log."),
  owner: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
});

export const findingViewSchema = z.object({
  id: z.string().describe("Of all runs."),
  runId: z.string(),
  job: jobOfRunSchema.nullable().describe("Of the run; null: it is not known."),
  guardFindingId: z.string().describe("Its name within the run, as in the run's events."),
  rule: z.string(),
  severity: z.string().describe(severitySchema.options.join(", ")),
  message: z.string(),
  response: z.string().describe(`What was done: ${responseSchema.options.join(", ")}`),
  count: z.int(),
  firstSeen: z.string(),
  lastSeen: z.string(),
  madeBy: z.enum(["guard", "collector"]),
  resolvedAt: z
    .string()
    .nullable()
    .describe("When it was over by itself, of those that the collector made."),
  technique: z.string().nullable().describe("Of MITRE ATT&CK."),
  evidence: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe(
      "Null where it is too long, or was told to an earlier version: it stands in its event.",
    ),
  state: z.enum(FINDING_STATES),
  acknowledged: answerableSchema.nullable(),
  suppressed: answerableSchema
    .extend({ until: z.iso.datetime() })
    .nullable()
    .describe("Also where its day has come, and it is open again."),
  expected: answerableSchema
    .nullable()
    .describe("Who has made it part of the job's baseline, of those that the collector made."),
});
export type FindingView = z.infer<typeof findingViewSchema>;

export function toFindingView(finding: ShownFinding): FindingView {
  const { runId, id, rule, severity, message, response, count, firstSeen, lastSeen } = finding;
  const { madeBy, resolvedAt, technique, evidence, state, acknowledged, suppressed, expected } =
    finding;
  return {
    id: toFindingId(finding),
    runId,
    job: toJobOfRun(finding.ci),
    guardFindingId: id,
    rule,
    severity,
    message,
    response,
    count,
    firstSeen,
    lastSeen,
    madeBy,
    resolvedAt,
    technique,
    evidence: evidence === null ? null : readEvidence(evidence),
    state,
    acknowledged: acknowledged === null ? null : toAnswerableView(acknowledged),
    suppressed:
      suppressed === null
        ? null
        : { ...toAnswerableView(suppressed), until: toTime(suppressed.until) },
    expected: expected === null ? null : toAnswerableView(expected),
  };
}

const evidenceSchema = z.record(z.string(), z.unknown());

/** A row of the database may hold anything. */
export function readEvidence(text: string): z.infer<typeof evidenceSchema> | null {
  try {
    return evidenceSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function toAnswerableView({ role, token, owner, reason, at }: Answerable) {
  return { by: role, token, owner, reason, at: toTime(at) };
}
