/** One turn of response: the next news of findings, and what is to be done about them, to be stored in one transaction. */
import { randomUUID } from "node:crypto";

import { AUTOMATIC_RESPONSE } from "../../protocol/automatic-response.ts";
import { DamagedRow } from "../errors.ts";
import type { EventStore } from "../stores/event-store.ts";
import type { OwnFinding } from "../stores/news-store.ts";
import {
  type NewResponse,
  type NewsToAnswer,
  type PodOfRun,
  type ResponseDeed,
  type ResponseStore,
} from "../stores/response-store.ts";
import type { RunQueries } from "../stores/run-queries.ts";
import { decideResponse, type Decision, mayMatter } from "./decide-response.ts";
import { addKills, around, countKills, type KillLimit } from "./kill-limit.ts";
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
    | "countAllKills"
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
/** As long as there are too many kills, a person is called once. */
const LIMIT_TOLD_MS = 300_000;

export function createNewsTurn({ store, policy, onTrouble, now }: NewsTurnOptions): NewsTurn {
  return () => {
    const news = store.listNewsToAnswer(MAX_NEWS);
    const responses: NewResponse[] = [];
    const limited: Limited[] = [];
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
        const { response, isAnswered, reached } = answer(one, finding.tenant, responses);
        if (isAnswered) answered.add(kind);
        if (response === undefined) continue;
        responses.push(response);
        if (reached !== undefined) limited.push({ response, reached });
      } catch (error) {
        if (!(error instanceof DamagedRow)) throw error;
        onTrouble(runId, error);
      }
    }
    if (upTo === undefined) return undefined;
    return {
      responses,
      audits: responses.map(toDecidedEntry),
      findings: listLimitFindings(limited),
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
    const asked = { tenant, target: run };
    const counted = decided.filter(({ countedAt }) => countedAt !== null);
    const decision = decideResponse(finding, run, {
      policy,
      mode: store.findResponseMode(tenant)?.mode ?? "dry-run",
      kills: addKills(countKills(store, asked, at), asked, counted),
      earlier: listEarlier(run, decided),
      now: at,
    });
    if (decision.action === "none") return { isAnswered: decision.isAnswered };
    const response = toResponse(decision, { run, findingId: id, rule: finding.rule, at });
    return { isAnswered: !decision.isAgentDone, response, reached: decision.reached };
  }

  /** Of its pod, too: who has that can begin as many runs in it as he likes. */
  function listEarlier({ runId, pod }: RunToRespond, decided: readonly NewResponse[]) {
    const stored = pod === null ? [] : store.listResponsesOfPod(pod);
    const isSame = (one: NewResponse): boolean =>
      one.runId === runId || (pod !== null && isSamePod(one.target.pod, pod));
    return [...store.listResponsesOfRun(runId), ...stored, ...decided.filter(isSame)];
  }

  /** One for each tenant, of the first run that it was for. */
  function listLimitFindings(limited: readonly Limited[]): readonly OwnFinding[] {
    const firsts = new Map<string, Limited>();
    for (const one of limited) {
      const { tenant, decidedAt } = one.response;
      if (firsts.has(tenant) || store.hasHitKillLimit(tenant, around(decidedAt, LIMIT_TOLD_MS)))
        continue;
      firsts.set(tenant, one);
    }
    return [...firsts.values()].map(({ response, reached }) =>
      toKillLimitFinding(response, reached),
    );
  }
}

function isSamePod(one: PodOfRun | null, other: PodOfRun): boolean {
  return one?.issuer === other.issuer && one.uid === other.uid;
}

interface Answer {
  readonly isAnswered: boolean;
  readonly response?: NewResponse;
  readonly reached?: KillLimit | undefined;
}

interface Limited {
  readonly response: NewResponse;
  readonly reached: KillLimit;
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
    by: AUTOMATIC_RESPONSE,
    reason,
    withheld,
    countedAt: isActed && !isAgentDone ? at : null,
    state: isActed ? "decided" : "dry-run",
    steps: isActed && isAgentDone ? [toAwaited(at)] : [],
    retries: 0,
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
