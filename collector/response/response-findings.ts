/** What response itself finds, for alerting to call a person. */
import type { OwnFinding } from "../stores/news-store.ts";
import { type NewResponse, RESPONSE_ACTIONS, type ResponseDeed } from "../stores/response-store.ts";
import type { KillLimit } from "./kill-limit.ts";
import { toEndedEntry } from "./response-audit.ts";

const FAILED = "response-failed";
const LIMIT = "kill-limit";

/** What is kept and told of a response that is over. */
export function toEndOfResponse(response: NewResponse): Partial<ResponseDeed> {
  const { runId, state, steps, changedAt: at } = response;
  // It was told when it failed first.
  if (state === "failed" && response.retries > 0) return {};
  const audits = [toEndedEntry(response)];
  if (state === "failed") return { audits, findings: [toFailedFinding(response)] };
  // A guard's word takes no call to a person back.
  if (steps.at(-1)?.outcome === "unverified") return { audits };
  const names = RESPONSE_ACTIONS.map((action) => ({ runId, id: `${FAILED}-${action}`, at }));
  return { audits, resolved: names };
}

/** Its words are the same for every run: by them it is told apart. */
export function toKillLimitFinding(
  { runId, tenant, action, id, decidedAt: at }: NewResponse,
  { maxKills, of }: KillLimit,
): OwnFinding {
  const whose = of === "tenant" ? "" : ` of all tenants together`;
  return {
    runId,
    id: LIMIT,
    rule: LIMIT,
    severity: "critical",
    message: `Rules asked for more than ${maxKills} kills in a minute${whose}: what is beyond that is only recorded, and a person has to decide.`,
    technique: null,
    evidence: { response: id, tenant, action, maxKillsPerMinute: maxKills, of },
    at,
  };
}

function toFailedFinding({ runId, action, id, steps, changedAt }: NewResponse): OwnFinding {
  return {
    runId,
    id: `${FAILED}-${action}`,
    rule: FAILED,
    severity: "critical",
    message: `The response ${action} did not work: a person has to contain this job.`,
    technique: null,
    evidence: { response: id, action, steps: steps.map(({ step, answer }) => ({ step, answer })) },
    at: changedAt,
  };
}
