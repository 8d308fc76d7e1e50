/** What is done about findings: a row before anything is done, and after each step. A promise that a write returns is kept when it resolves: it is on disk. */
import type { NewAuditEntry } from "./audit-store.ts";
import type { Page, RunOfTenant } from "./event-store.ts";
import type { FindingNews, OwnFinding, SettledNews } from "./news-store.ts";
import type { Found } from "./run-queries.ts";

/** The gentlest first. */
export const RESPONSE_ACTIONS = ["kill-job", "cancel-run", "quarantine-pod", "kill-pod"] as const;
export type ResponseAction = (typeof RESPONSE_ACTIONS)[number];

/** `dry-run`: it was only recorded what would have been done. The last three are final. */
export const RESPONSE_STATES = [
  "decided",
  "acting",
  "verifying",
  "done",
  "failed",
  "dry-run",
] as const;
export type ResponseState = (typeof RESPONSE_STATES)[number];

/** `await-agent`: the guard says that it has killed the job already, which is looked at. */
export const RESPONSE_STEPS = [
  "await-agent",
  "ask-agent",
  "label-pod",
  "delete-pod",
  "force-delete-pod",
  "delete-runner",
  "cancel-run",
  "force-cancel-run",
] as const;
export type ResponseStepName = (typeof RESPONSE_STEPS)[number];

/** `unverified`: its guard says so, and nobody else can be asked. */
export const STEP_OUTCOMES = ["running", "worked", "failed", "unverified"] as const;

/** Times are milliseconds since 1970. */
export interface ResponseStep {
  readonly step: ResponseStepName;
  readonly outcome: (typeof STEP_OUTCOMES)[number];
  readonly startedAt: number;
  /** When whoever was asked said yes; null: not yet. Whether it worked is looked at after that. */
  readonly acceptedAt: number | null;
  readonly endedAt: number | null;
  /** What was answered, or seen. */
  readonly answer: string;
  /** Failed since nobody answered, or it had not worked yet, when its time was over. */
  readonly isTimedOut?: boolean | undefined;
}

/** A pod that a cluster vouches for. */
export interface PodOfRun {
  /** The cluster, by who issues its tokens. */
  readonly issuer: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Of GitHub, as somebody else than the agent vouches for it. */
export interface WorkflowRun {
  readonly issuer: string;
  readonly repository: string;
  readonly runId: string;
}

export interface ResponseTarget {
  readonly pod: PodOfRun | null;
  readonly workflowRun: WorkflowRun | null;
  /** Of the EphemeralRunner that the pod is of, once it was seen. */
  readonly runnerUid: string | null;
  /** Of the kill that its agent was sent. */
  readonly commandNumber: number | null;
}

/** `over`: it was found when the run was over, and nothing was left to be ended. */
export const WITHHELD = ["not-armed", "kill-limit", "over"] as const;

export interface NewResponse {
  readonly id: string;
  readonly tenant: string;
  readonly runId: string;
  /** As its guard names it; null: somebody asked for it. */
  readonly findingId: string | null;
  readonly rule: string | null;
  readonly action: ResponseAction;
  readonly isAutomatic: boolean;
  /** Who is answerable: `responder 3f032ed3c46d`, or `rule reverse-shell`. */
  readonly by: string;
  readonly reason: string;
  /** Why nothing is done; null: it is. */
  readonly withheld: (typeof WITHHELD)[number] | null;
  /** As one of the kills that there may be so many of in a minute; null: it is none, or none yet. */
  readonly countedAt: number | null;
  readonly state: ResponseState;
  /** Of the last time that it was tried. */
  readonly steps: readonly ResponseStep[];
  /** How often it was taken up again after it had failed. */
  readonly retries: number;
  readonly target: ResponseTarget;
  readonly decidedAt: number;
  readonly changedAt: number;
}

export interface StoredResponse extends NewResponse {
  /** Of all responses, rising. */
  readonly number: number;
}

/** What was done to a run from here. Who was cut off is not called silent. */
export const CONTAINMENTS = ["killed-by-operator", "killed-by-rule", "quarantined"] as const;
export type Containment = (typeof CONTAINMENTS)[number];

export interface ContainedRun {
  readonly runId: string;
  /** Null: it was over before anything was done. */
  readonly how: Containment | null;
  /** Of a pod that was deleted: its runs are over, and nobody begins or goes on with one in its name. */
  readonly revokedPod: Pick<PodOfRun, "issuer" | "uid"> | null;
  readonly at: number;
}

/** All of it is on disk, or nothing. */
export interface ResponseDeed {
  /** New, or as they are from now on. */
  readonly responses: readonly NewResponse[];
  readonly audits?: readonly NewAuditEntry[];
  readonly findings?: readonly OwnFinding[];
  /** Over by themselves. */
  readonly resolved?: readonly Pick<OwnFinding, "runId" | "id" | "at">[];
  readonly settled?: SettledNews;
  readonly contained?: ContainedRun;
}

export const RESPONSE_MODES = ["dry-run", "armed"] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];

export interface StoredResponseMode {
  readonly tenant: string;
  readonly mode: ResponseMode;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

/** News of a finding, with what it is first asked about. */
export interface NewsToAnswer extends FindingNews {
  /** Null: it is gone. */
  readonly finding: FindingBrief | null;
}

export interface FindingBrief {
  readonly tenant: string;
  readonly rule: string;
  readonly severity: string;
}

export interface ResponseFilter {
  readonly runId?: string | undefined;
  readonly state?: ResponseState | undefined;
}

/** Where a response stands among those that failed. */
export type FailedKey = Pick<StoredResponse, "decidedAt" | "number">;

export interface FailedResponses {
  readonly tenant: string;
  readonly after: FailedKey;
  /** But for those that were tried then. A time beyond was written by a clock that was wrong. */
  readonly notTried: Between;
  readonly limit: number;
}

/** Later than the first, and no later than the second. */
export interface Between {
  readonly after: number;
  readonly until: number;
}

export interface CountedKills extends Between {
  /** Whether somebody else than its agent says what was ended. */
  readonly isProven: boolean;
}

/** Whether somebody else than its agent says what it ends. */
export function isProvenTarget({
  pod,
  workflowRun,
}: Pick<ResponseTarget, "pod" | "workflowRun">): boolean {
  return pod !== null || workflowRun !== null;
}

/** Of a guard nobody waits for an answer: it may have been told at any time. */
const STEPS_OF_GUARDS: readonly ResponseStepName[] = ["await-agent", "ask-agent"];

/** Whether it was a rule's, and somebody else than its guard did not answer in time. */
export function isUnanswered({
  isAutomatic,
  findingId,
  steps,
}: Pick<NewResponse, "isAutomatic" | "findingId" | "steps">): boolean {
  const isLate = steps.some(
    ({ step, isTimedOut = false }) => isTimedOut && !STEPS_OF_GUARDS.includes(step),
  );
  return isAutomatic && findingId !== null && isLate;
}

export interface ResponseStore {
  doResponses(deed: ResponseDeed): Promise<void>;
  setResponseMode(mode: StoredResponseMode): Promise<void>;
  /** Undefined: nobody has said anything. */
  findResponseMode(tenant: string): StoredResponseMode | undefined;
  findResponse(tenant: string, id: string): StoredResponse | undefined;
  /** The newest first. `after`: the number of the last one of the page before. */
  findResponses(
    tenant: string,
    filter: ResponseFilter,
    page: Page<number>,
  ): Found<StoredResponse, number>;
  /** The oldest first; of a run that has more the newest ones. */
  listResponsesOfRun(runId: string): readonly StoredResponse[];
  /** The same of all runs of a pod. */
  listResponsesOfPod(pod: Pick<PodOfRun, "issuer" | "uid">): readonly StoredResponse[];
  /** Those that are not over, the oldest first. */
  listOpenResponses(): readonly StoredResponse[];
  /** Those that have failed responses which may be tried again, decided later than that. */
  listTenantsToTryAgain(decidedAfter: number): readonly string[];
  /** Those of them, by when they were decided, the oldest first. */
  listFailedResponses(which: FailedResponses): Found<StoredResponse, FailedKey>;
  countKills(tenant: string, which: CountedKills): number;
  /** Of all tenants. */
  countAllKills(which: CountedKills): number;
  /** What response has not settled, the first ones. */
  listNewsToAnswer(limit: number): readonly NewsToAnswer[];
  listRunsOfPod(pod: Pick<PodOfRun, "issuer" | "uid">): readonly RunOfTenant[];
  /** Whether something was withheld between these, since there were too many kills. */
  hasHitKillLimit(tenant: string, between: Between): boolean;
  isRevokedPod(pod: Pick<PodOfRun, "issuer" | "uid">): boolean;
}

/** One sentence, for those who hear of the finding. It may quote what an agent said. */
export function describeResponse({
  action,
  by,
  state,
  withheld,
  steps,
}: Pick<NewResponse, "action" | "by" | "state" | "withheld" | "steps">): string {
  const told = steps.findLast(({ outcome }) => outcome === "worked") ?? steps.at(-1);
  const last = told?.answer ?? "";
  const why = last === "" ? "" : `: ${last}`;
  if (withheld === "not-armed") return `${action} (${by}) was not done: responses are not armed.`;
  if (withheld === "kill-limit")
    return `${action} (${by}) was not done: there were too many kills in a minute.`;
  if (withheld === "over")
    return `${action} (${by}) was not done: the run was over when it was found.`;
  if (steps.at(-1)?.outcome === "unverified") return `${action} (${by}) is not verified${why}.`;
  if (state === "done") return `${action} (${by}) is done${why}.`;
  if (state === "failed") return `${action} (${by}) FAILED${why}.`;
  return `${action} (${by}) is under way${why}.`;
}
