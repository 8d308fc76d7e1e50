/** Kills that failed since nobody answered in time: which of them are to be tried once more, as long as they would be decided on again. */
import { DamagedRow } from "../errors.ts";
import type {
  NewResponse,
  ResponseStep,
  ResponseStore,
  StoredResponse,
} from "../stores/response-store.ts";
import { decideResponse, type FindingToAnswer } from "./decide-response.ts";
import { addKills, countKills } from "./kill-limit.ts";
import type { ResponsePolicy } from "./response-file.ts";
import { toRunToRespond } from "./run-to-respond.ts";

export interface TakenUpOptions {
  readonly store: Pick<
    ResponseStore,
    | "listFailedResponses"
    | "listResponsesOfRun"
    | "findResponseMode"
    | "countKills"
    | "countAllKills"
  > & {
    findRunOfAny(runId: string): Parameters<typeof toRunToRespond>[0] | undefined;
    showFinding(
      tenant: string,
      name: { readonly runId: string; readonly id: string },
      now: number,
    ): FindingToAnswer | undefined;
  };
  readonly policy: ResponsePolicy;
  /** Between two times that one is tried. */
  readonly retryEachMs: number;
  /** See `NewsTurnOptions`. */
  readonly onTrouble: (runId: string, error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** As they are from now on. Given: those that are under way again, and not counted yet. */
export type TakeUpAgain = (underWay: readonly NewResponse[]) => readonly NewResponse[];

/** A person was called long ago, and nobody's job takes longer. */
const RETRIED_FOR_MS = 86_400_000;
/** At a time, as others wait for this thread; the next ones are looked at next time. */
const MAX_LOOKS = 32;
const TOP = { decidedAt: 0, number: 0 };

export function createTakeUpAgain(options: TakenUpOptions): TakeUpAgain {
  const { store, policy, retryEachMs, onTrouble, now } = options;
  let after = TOP;

  return (underWay) => {
    const at = now();
    const oldest = { decidedAt: at - RETRIED_FOR_MS, number: 0 };
    const { items: failed, next = TOP } = store.listFailedResponses({
      after: after.decidedAt > oldest.decidedAt ? after : oldest,
      notTried: { after: at - retryEachMs, until: at },
      limit: MAX_LOOKS,
    });
    after = next;
    const taken: NewResponse[] = [];
    for (const one of failed) {
      try {
        if (mayTakeUp(one, [...underWay, ...taken], at)) taken.push(toTakenUp(one, at));
      } catch (error) {
        if (!(error instanceof DamagedRow)) throw error;
        onTrouble(one.runId, error);
      }
    }
    return taken;
  };

  function mayTakeUp(failed: StoredResponse, besides: readonly NewResponse[], at: number): boolean {
    const { tenant, runId, findingId: id, isAutomatic, steps } = failed;
    if (!isAutomatic || id === null || !steps.some(isUnanswered)) return false;
    const stored = store.findRunOfAny(runId);
    const finding = store.showFinding(tenant, { runId, id }, at);
    if (stored === undefined || finding === undefined) return false;
    const run = toRunToRespond(stored);
    const others = store
      .listResponsesOfRun(runId)
      .filter((one) => one.id !== failed.id && one.state !== "failed");
    // What its guard says it did had no effect: it counts as any other kill.
    const unanswered = { ...finding, response: "report" };
    const decision = decideResponse(unanswered, run, {
      policy,
      mode: store.findResponseMode(tenant)?.mode ?? "dry-run",
      kills: addKills(countKills(store, failed, at), failed, besides),
      earlier: others,
      now: at,
    });
    return decision.action === failed.action && decision.withheld === null;
  }
}

/** Of a guard that has killed its job nobody waits for an answer. */
function isUnanswered({ step, isTimedOut = false }: ResponseStep): boolean {
  return isTimedOut && step !== "await-agent";
}

function toTakenUp(failed: StoredResponse, at: number): NewResponse {
  const retries = failed.retries + 1;
  return { ...failed, state: "decided", steps: [], retries, changedAt: at };
}
