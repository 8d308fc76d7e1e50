/** What is to be done about a finding. Knows no clock and no store: what it goes by is handed in. */
import { matchesGlob, matchesRepository } from "../../protocol/matches-glob.ts";
import { toRank } from "../../protocol/severities.ts";
import {
  RESPONSE_ACTIONS,
  type ResponseAction,
  type ResponseMode,
  type StoredResponse,
  type WITHHELD,
} from "../stores/response-store.ts";
import { findReachedLimit, type KillLimit, type Kills } from "./kill-limit.ts";
import type { ResponsePolicy, ResponseRule } from "./response-file.ts";
import type { RunToRespond } from "./run-to-respond.ts";

export interface FindingToAnswer {
  readonly rule: string;
  readonly severity: string;
  /** Of its guard: what it has done itself. */
  readonly response: string;
  /** As operators see it. */
  readonly state: string;
}

export type EarlierResponse = Pick<
  StoredResponse,
  "runId" | "action" | "state" | "withheld" | "steps" | "changedAt"
>;

export interface Circumstances {
  readonly policy: ResponsePolicy;
  readonly mode: ResponseMode;
  /** In the last minute, of runs that somebody vouches for, or of those that nobody does, as this one. */
  readonly kills: Kills;
  /** Of this run, and of the others in its pod, the oldest first. */
  readonly earlier: readonly EarlierResponse[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type Decision =
  | {
      readonly action: "none";
      readonly reason: string;
      /** So would be any finding of this run that is as grave, and of the same rule. */
      readonly isAnswered: boolean;
    }
  | {
      readonly action: ResponseAction;
      /** Why it is only recorded; null: it is done. */
      readonly withheld: (typeof WITHHELD)[number] | null;
      /** Where it is `kill-limit`. */
      readonly reached?: KillLimit;
      /** It is looked at first whether the guard has killed the job, as it says. */
      readonly isAgentDone: boolean;
      readonly reason: string;
    };

/** Active compromise, of which no honest build is known. */
const GRAVE_RULES = ["runner-memory-read", "reverse-shell", "runner-registration", "guard-tamper"];
const DEFAULT_RULES: readonly ResponseRule[] = GRAVE_RULES.map((rule) => ({
  match: { rule, severity: "critical" },
  action: "kill-pod",
}));
/** What response itself finds leads to no response. */
const OWN_RULES = ["response-failed", "kill-limit"];
/** What guards end all of their job by. */
const ENDS_JOB = ["kill-job", "quarantine-pod", "kill-pod"];
/** A person was paged for the one that failed, and another finding may be tried by then. */
const FAILED_COUNTS_MS = 600_000;

type FindingOfTenant = Pick<FindingToAnswer, "rule" | "severity"> & { readonly tenant: string };

/** False: whatever its run is, nothing is done about it. */
export function mayMatter(finding: FindingOfTenant, policy: ResponsePolicy): boolean {
  if (OWN_RULES.includes(finding.rule)) return false;
  return listRules(policy).some(
    ({ match, action }) => action !== "none" && matchesFinding(match, finding),
  );
}

export function decideResponse(
  finding: FindingToAnswer,
  run: RunToRespond,
  circumstances: Circumstances,
): Decision {
  const { policy, mode, kills, earlier, now } = circumstances;
  const { rule, severity, response, state } = finding;
  if (state !== "open" && state !== "acknowledged") return toNone(`the finding is ${state}`);
  if (OWN_RULES.includes(rule)) return toNone("it is what response found itself");
  const wanted = findAction({ rule, severity, tenant: run.tenant }, run, policy);
  if (wanted === "none") return toNone("no rule asks for more");
  const possible = toPossible(wanted, run);
  const action = possible ?? wanted;
  const isAgentDone = ENDS_JOB.includes(response);
  if (possible === undefined && isAgentDone) return toNone("the run is over");
  // To look at what a guard has done kills nobody.
  const reached = isAgentDone ? undefined : findReachedLimit(run.tenant, kills, policy);
  const withheld = possible === undefined ? "over" : toWithheld(mode, reached);
  const answers = earlier.filter((one) => mayAnswer(one, run.runId, isAgentDone));
  if (isAnswered(action, withheld, { earlier: answers, now })) {
    return { action: "none", reason: "the run has its response", isAnswered: !isAgentDone };
  }
  const gone = action === wanted ? "" : ` (${wanted} cannot be done here)`;
  return {
    action,
    withheld,
    ...(withheld === "kill-limit" && reached !== undefined && { reached }),
    isAgentDone,
    reason: `${toWord(rule)} of severity ${severity}${gone}`,
  };
}

function toNone(reason: string): Decision {
  return { action: "none", reason, isAnswered: false };
}

function listRules({ rules, defaults }: ResponsePolicy): readonly ResponseRule[] {
  return defaults ? [...rules, ...DEFAULT_RULES] : rules;
}

function findAction(
  finding: FindingOfTenant,
  { repository, isProven }: RunToRespond,
  policy: ResponsePolicy,
): ResponseRule["action"] {
  const found = listRules(policy).find(({ match, action }) => {
    if (!matchesFinding(match, finding)) return false;
    if (match.repository === undefined) return true;
    // What an agent says of its run may bring a response, and never keeps one away.
    if (!isProven && action === "none") return false;
    return repository !== undefined && matchesRepository(match.repository, repository);
  });
  return found?.action ?? "none";
}

function matchesFinding(
  { rule = "*", severity = "info", tenant = "*" }: ResponseRule["match"],
  finding: FindingOfTenant,
): boolean {
  return (
    matchesGlob(rule, finding.rule) &&
    toRank(finding.severity) >= toRank(severity) &&
    matchesGlob(tenant, finding.tenant)
  );
}

/** What comes closest to it. Undefined: there is nothing left to be ended. */
function toPossible(
  action: ResponseAction,
  { pod, workflowRun, isOver }: RunToRespond,
): ResponseAction | undefined {
  if ((action === "kill-pod" || action === "quarantine-pod") && pod !== null) return action;
  if (action === "cancel-run" && workflowRun !== null) return action;
  return isOver ? undefined : "kill-job";
}

function toWithheld(
  mode: ResponseMode,
  reached: KillLimit | undefined,
): (typeof WITHHELD)[number] | null {
  if (mode === "dry-run") return "not-armed";
  return reached === undefined ? null : "kill-limit";
}

/** One response a run, however many findings it has, but for a graver one; what was only recorded keeps no real one away. */
function isAnswered(
  action: ResponseAction,
  withheld: (typeof WITHHELD)[number] | null,
  { earlier, now }: Pick<Circumstances, "earlier" | "now">,
): boolean {
  return earlier.some((one) => {
    if (toGravity(one.action) < toGravity(action)) return false;
    // What cannot be done any more is said once, whatever was only recorded before.
    if (one.withheld !== null) return withheld === "over" || withheld === one.withheld;
    return one.state !== "failed" || Math.abs(now - one.changedAt) < FAILED_COUNTS_MS;
  });
}

/** Of what its guard has killed itself nobody may have seen the end: that answers for no finding that it did nothing about. */
function mayAnswer(one: EarlierResponse, runId: string, isAgentDone: boolean): boolean {
  if (one.steps.at(-1)?.outcome === "unverified") return isAgentDone && one.runId === runId;
  return one.runId === runId || !isGuardsWord(one);
}

/** Nothing but what a guard says it has done. Whoever has a pod can begin a run in it that says so, and keeps it from nothing by that. */
function isGuardsWord({ withheld, steps }: Pick<EarlierResponse, "withheld" | "steps">): boolean {
  return withheld === null && steps.length > 0 && steps.every(({ step }) => step === "await-agent");
}

/** A pod that was cut off is not killed as well: it was to keep what is in it. */
function toGravity(action: ResponseAction): number {
  return RESPONSE_ACTIONS.indexOf(action === "kill-pod" ? "quarantine-pod" : action);
}

const MAX_WORD = 100;

/** A rule's id, as its agent tells it. */
function toWord(text: string): string {
  return text.slice(0, MAX_WORD).replaceAll(/[^\x21-\x7e]/g, "?");
}
