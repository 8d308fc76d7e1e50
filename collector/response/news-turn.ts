/** One turn of response: the next news of findings, and what is to be done about them, to be stored in one transaction. */
import { randomUUID } from "node:crypto";

import { DamagedRow } from "../errors.ts";
import type { EventStore } from "../stores/event-store.ts";
import type { OwnFinding } from "../stores/news-store.ts";
import type {
  NewResponse,
  NewsToAnswer,
  ResponseDeed,
  ResponseStore,
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

/** Some milliseconds at most, as others wait for this thread. */
const MAX_NEWS = 256;
export const KILLS_WINDOW_MS = 60_000;
/** As long as there are too many kills, a person is called once. */
const LIMIT_TOLD_MS = 300_000;

export function createNewsTurn({ store, policy, onTrouble, now }: NewsTurnOptions): NewsTurn {
  return () => {
    const news = store.listNewsToAnswer(MAX_NEWS);
    const last = news.at(-1);
    if (last === undefined) return undefined;
    const responses: NewResponse[] = [];
    for (const one of news) {
      try {
        const response = answer(one, responses);
        if (response !== undefined) responses.push(response);
      } catch (error) {
        if (!(error instanceof DamagedRow)) throw error;
        onTrouble(one.runId, error);
      }
    }
    return {
      responses,
      audits: responses.map(toDecidedEntry),
      findings: listLimitFindings(responses),
      settled: { reader: "response", upTo: last.number },
    };
  };

  function answer(
    { change, runId, id, finding: brief }: NewsToAnswer,
    decided: readonly NewResponse[],
  ): NewResponse | undefined {
    if (change !== "found" || brief === null || !mayMatter(brief, policy)) return undefined;
    const { tenant } = brief;
    const at = now();
    const stored = store.findRunOfAny(runId);
    const finding = store.showFinding(tenant, { runId, id }, at);
    if (stored === undefined || finding === undefined) return undefined;
    const run = toRunToRespond(stored);
    const decision = decideResponse(finding, run, {
      policy,
      mode: store.findResponseMode(tenant)?.mode ?? "dry-run",
      kills:
        store.countKills(tenant, at - KILLS_WINDOW_MS) +
        decided.filter((one) => one.tenant === tenant && one.countedAt !== null).length,
      earlier: [
        ...store.listResponsesOfRun(runId),
        ...decided.filter((one) => one.runId === runId),
      ],
      now: at,
    });
    return toResponse(decision, { run, findingId: id, rule: finding.rule, at });
  }

  /** One for each tenant, of the first run that it was for. */
  function listLimitFindings(responses: readonly NewResponse[]): readonly OwnFinding[] {
    const limited = responses.filter(({ withheld }) => withheld === "kill-limit");
    const firsts = new Map<string, NewResponse>();
    for (const response of limited) {
      const { tenant, decidedAt } = response;
      if (firsts.has(tenant) || store.hasHitKillLimit(tenant, decidedAt - LIMIT_TOLD_MS)) continue;
      firsts.set(tenant, response);
    }
    return [...firsts.values()].map((response) =>
      toKillLimitFinding(response, maxKillsOf(response.tenant, policy)),
    );
  }
}

interface DecidedFor {
  readonly run: RunToRespond;
  readonly findingId: string;
  readonly rule: string;
  readonly at: number;
}

function toResponse(
  decision: Decision,
  { run, findingId, rule, at }: DecidedFor,
): NewResponse | undefined {
  if (decision.action === "none") return undefined;
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
