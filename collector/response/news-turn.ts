/** One turn of response: the next news of findings, and what is to be done about them, to be stored in one transaction. */
import { randomUUID } from "node:crypto";

import { DamagedRow } from "../errors.ts";
import type { EventStore } from "../stores/event-store.ts";
import type { OwnFinding } from "../stores/news-store.ts";
import {
  type Between,
  type CountedKills,
  isProvenTarget,
  type NewResponse,
  type NewsToAnswer,
  type PodOfRun,
  type ResponseDeed,
  type ResponseStore,
} from "../stores/response-store.ts";
import type { RunQueries } from "../stores/run-queries.ts";
import { decideResponse, type Decision, maxKillsOf, mayMatter } from "./decide-response.ts";
import { toDecidedEntry } from "./response-audit.ts";
import type { ResponsePolicy } from "./response-file.ts";
import { toKillLimitFinding } from "./response-findings.ts";
import { type RunToRespond, toRunToRespond } from "./run-to-respond.ts";

export interface NewsTurnOptions {
  readonly store: Pick<
    ResponseStore,
    | "listNewsToAnswer"
    | "listResponsesOfRun"
    | "listResponsesOfPod"
    | "findResponseMode"
    | "countKills"
    | "hasHitKillLimit"
  > &
    Pick<RunQueries, "showFinding"> &
    Pick<EventStore, "findRunOfAny">;
  readonly policy: ResponsePolicy;
  /** What is stored of this run or finding is damaged: nothing is done about it. */
  readonly onTrouble: (runId: string, error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Undefined: there are no news. */
export type NewsTurn = () => ResponseDeed | undefined;

const MAX_NEWS = 256;
/** Of those, the ones whose runs are looked at: some milliseconds, as others wait for this thread. */
const MAX_LOOKS = 32;
const KILLS_WINDOW_MS = 60_000;
/** As long as there are too many kills, a person is called once. */
const LIMIT_TOLD_MS = 300_000;

/** So long ago. What is further ahead was written by a clock that was wrong, and counts for nothing. */
function around(at: number, milliseconds: number): Between {
  return { after: at - milliseconds, until: at + milliseconds };
}

/** Where there may be as many kills of each kind, those that nobody vouches for take nothing from the others. */
export function toCountedKills(
  target: Pick<RunToRespond, "pod" | "workflowRun">,
  at: number,
): CountedKills {
  return { ...around(at, KILLS_WINDOW_MS), isProven: isProvenTarget(target) };
}

export function createNewsTurn({ store, policy, onTrouble, now }: NewsTurnOptions): NewsTurn {
  return () => {
    const news = store.listNewsToAnswer(MAX_NEWS);
    const responses: NewResponse[] = [];
    const answered = new Set<string>();
    let upTo: number | undefined;
    let looks = 0;
    for (const one of news) {
      if (looks === MAX_LOOKS) break;
      upTo = one.number;
      const { change, runId, finding } = one;
      if (change !== "found" || finding === null || !mayMatter(finding, policy)) continue;
      const kind = JSON.stringify([runId, finding.rule, finding.severity]);
      if (answered.has(kind)) continue;
      looks += 1;
      try {
        const { response, isAnswered } = answer(one, finding.tenant, responses);
        if (isAnswered) answered.add(kind);
        if (response !== undefined) responses.push(response);
      } catch (error) {
        if (!(error instanceof DamagedRow)) throw error;
        onTrouble(runId, error);
      }
    }
    if (upTo === undefined) return undefined;
    return {
      responses,
      audits: responses.map(toDecidedEntry),
      findings: listLimitFindings(responses),
      settled: { reader: "response", upTo },
    };
  };

  function answer(
    { runId, id }: NewsToAnswer,
    tenant: string,
    decided: readonly NewResponse[],
  ): Answer {
    const at = now();
    const stored = store.findRunOfAny(runId);
    const finding = store.showFinding(tenant, { runId, id }, at);
    if (stored === undefined || finding === undefined) return { isAnswered: false };
    const run = toRunToRespond(stored);
    const isProven = isProvenTarget(run);
    const isCounted = (one: NewResponse): boolean =>
      one.tenant === tenant && one.countedAt !== null && isProvenTarget(one.target) === isProven;
    const decision = decideResponse(finding, run, {
      policy,
      mode: store.findResponseMode(tenant)?.mode ?? "dry-run",
      kills: store.countKills(tenant, toCountedKills(run, at)) + decided.filter(isCounted).length,
      earlier: listEarlier(run, decided),
      now: at,
    });
    if (decision.action === "none") return { isAnswered: decision.isAnswered };
    const response = toResponse(decision, { run, findingId: id, rule: finding.rule, at });
    return { isAnswered: !decision.isAgentDone, response };
  }

  /** Of its pod, too: who has that can begin as many runs in it as he likes. */
  function listEarlier({ runId, pod }: RunToRespond, decided: readonly NewResponse[]) {
    const stored = pod === null ? [] : store.listResponsesOfPod(pod);
    const isSame = (one: NewResponse): boolean =>
      one.runId === runId || (pod !== null && isSamePod(one.target.pod, pod));
    return [...store.listResponsesOfRun(runId), ...stored, ...decided.filter(isSame)];
  }

  /** One for each tenant, of the first run that it was for. */
  function listLimitFindings(responses: readonly NewResponse[]): readonly OwnFinding[] {
    const limited = responses.filter(({ withheld }) => withheld === "kill-limit");
    const firsts = new Map<string, NewResponse>();
    for (const response of limited) {
      const { tenant, decidedAt } = response;
      if (firsts.has(tenant) || store.hasHitKillLimit(tenant, around(decidedAt, LIMIT_TOLD_MS)))
        continue;
      firsts.set(tenant, response);
    }
    return [...firsts.values()].map((response) =>
      toKillLimitFinding(response, maxKillsOf(response.tenant, policy)),
    );
  }
}

function isSamePod(one: PodOfRun | null, other: PodOfRun): boolean {
  return one?.issuer === other.issuer && one.uid === other.uid;
}

interface Answer {
  readonly isAnswered: boolean;
  readonly response?: NewResponse;
}

interface DecidedFor {
  readonly run: RunToRespond;
  readonly findingId: string;
  readonly rule: string;
  readonly at: number;
}

function toResponse(
  decision: Exclude<Decision, { readonly action: "none" }>,
  { run, findingId, rule, at }: DecidedFor,
): NewResponse {
  const { action, withheld, isAgentDone, reason } = decision;
  const { tenant, runId, pod, workflowRun } = run;
  const isActed = withheld === null;
  return {
    id: randomUUID(),
    tenant,
    runId,
    findingId,
    rule,
    action,
    isAutomatic: true,
    by: "automatic response",
    reason,
    withheld,
    countedAt: isActed && !isAgentDone ? at : null,
    state: isActed ? "decided" : "dry-run",
    steps: isActed && isAgentDone ? [toAwaited(at)] : [],
    target: { pod, workflowRun, runnerUid: null, commandNumber: null },
    decidedAt: at,
    changedAt: at,
  };
}

function toAwaited(startedAt: number) {
  const step = "await-agent" as const;
  return {
    step,
    outcome: "running" as const,
    startedAt,
    acceptedAt: null,
    endedAt: null,
    answer: "",
  };
}
