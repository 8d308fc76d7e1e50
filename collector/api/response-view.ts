/** What is done about a run, as the API shows it. Times are RFC 3339 in UTC. */
import { z } from "zod";

import {
  describeResponse,
  RESPONSE_ACTIONS,
  RESPONSE_STATES,
  RESPONSE_STEPS,
  STEP_OUTCOMES,
  type StoredResponse,
  WITHHELD,
} from "../stores/response-store.ts";
import { toFindingId } from "./finding-id.ts";
import { toTime } from "./to-time.ts";

export const responseViewSchema = z.object({
  id: z.uuid(),
  runId: z.string(),
  findingId: z.string().nullable().describe("Null: somebody asked for it."),
  rule: z.string().nullable(),
  action: z.enum(RESPONSE_ACTIONS),
  automatic: z.boolean(),
  by: z.string().describe("Who is answerable: the role of a token, and the beginning of its hash."),
  reason: z.string(),
  state: z
    .enum(RESPONSE_STATES)
    .describe("dry-run: it was only recorded. done, failed and dry-run are final."),
  withheld: z
    .enum(WITHHELD)
    .nullable()
    .describe(
      "Why it was only recorded: nobody has armed responses, there were too many kills in a minute, or the run was over when it was found.",
    ),
  summary: z.string().describe("One sentence, as alerts have it."),
  pod: z.object({ namespace: z.string(), name: z.string(), uid: z.string() }).nullable(),
  workflowRun: z
    .object({ repository: z.string(), runId: z.string() })
    .nullable()
    .describe("Of GitHub, where somebody else than the agent vouches for it."),
  retries: z
    .int()
    .describe("How often it was taken up again after it had failed since nobody answered in time."),
  steps: z.array(
    z.object({
      step: z.enum(RESPONSE_STEPS),
      outcome: z.enum(STEP_OUTCOMES),
      startedAt: z.iso.datetime(),
      acceptedAt: z.iso
        .datetime()
        .nullable()
        .describe("When whoever was asked said yes. Whether it worked is looked at after that."),
      endedAt: z.iso.datetime().nullable(),
      answer: z.string(),
    }),
  ),
  decidedAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
});
type ResponseView = z.infer<typeof responseViewSchema>;

export function toResponseView(response: StoredResponse): ResponseView {
  const { id, runId, findingId, rule, action, by, reason, state, withheld, retries, steps } =
    response;
  const { pod, workflowRun } = response.target;
  return {
    id,
    runId,
    findingId: findingId === null ? null : toFindingId({ runId, id: findingId }),
    rule,
    action,
    automatic: response.isAutomatic,
    by,
    reason,
    state,
    withheld,
    summary: describeResponse(response),
    pod: pod === null ? null : { namespace: pod.namespace, name: pod.name, uid: pod.uid },
    workflowRun:
      workflowRun === null
        ? null
        : { repository: workflowRun.repository, runId: workflowRun.runId },
    retries,
    steps: steps.map(({ step, outcome, startedAt, acceptedAt, endedAt, answer }) => ({
      step,
      outcome,
      startedAt: toTime(startedAt),
      acceptedAt: acceptedAt === null ? null : toTime(acceptedAt),
      endedAt: endedAt === null ? null : toTime(endedAt),
      answer,
    })),
    decidedAt: toTime(response.decidedAt),
    changedAt: toTime(response.changedAt),
  };
}
