/** Kills that failed since nobody answered in time: which of them are to be tried once more, as long as they would be decided on again. */
import { DamagedRow } from "../errors.ts";
import {
  type FailedKey,
  isUnanswered,
  type NewResponse,
  type ResponseStore,
  type StoredResponse,
} from "../stores/response-store.ts";
import { decideResponse, type FindingToAnswer } from "./decide-response.ts";
import { addKills, countKills } from "./kill-limit.ts";
import type { ResponsePolicy } from "./response-file.ts";
import { toRunToRespond } from "./run-to-respond.ts";

export interface TakenUpOptions {
  readonly store: Pick<
    ResponseStore,
    | "listTenantsToTryAgain"
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

export function createTakeUpAgain(options: TakenUpOptions): TakeUpAgain {
  const { store, policy, retryEachMs, onTrouble, now } = options;
  /** Of each tenant, up to where it was looked at. */
  const reached = new Map<string, FailedKey>();
  let turn = 0;

  return (underWay) => {
    const at = now();
    const failed = listNext(at);
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

  /** As many of one tenant as of the other, and another one's first each time. */
  function listNext(at: number): readonly StoredResponse[] {
    const tenants = store.listTenantsToTryAgain(at - RETRIED_FOR_MS);
    if (tenants.length === 0) return [];
    const first = turn % tenants.length;
    turn = first + (tenants.length > MAX_LOOKS ? MAX_LOOKS : 1);
    const looked = [...tenants.slice(first), ...tenants.slice(0, first)].slice(0, MAX_LOOKS);
    const share = Math.floor(MAX_LOOKS / looked.length);
    return looked.flatMap((tenant) => listNextOf(tenant, at, share));
  }

  function listNextOf(tenant: string, at: number, limit: number): readonly StoredResponse[] {
    const oldest = { decidedAt: at - RETRIED_FOR_MS, number: 0 };
    const after = reached.get(tenant) ?? oldest;
    const { items, next } = store.listFailedResponses({
      tenant,
      after: after.decidedAt > oldest.decidedAt ? after : oldest,
      notTried: { after: at - retryEachMs, until: at },
      limit,
    });
    if (next === undefined) reached.delete(tenant);
    else reached.set(tenant, next);
    return items;
  }

  function mayTakeUp(failed: StoredResponse, besides: readonly NewResponse[], at: number): boolean {
    const { tenant, runId, findingId: id } = failed;
    if (id === null || !isUnanswered(failed)) return false;
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

function toTakenUp(failed: StoredResponse, at: number): NewResponse {
  const retries = failed.retries + 1;
  return { ...failed, state: "decided", steps: [], retries, changedAt: at };
}
