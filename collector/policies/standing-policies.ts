/** What operators want of every run of a kind: told to its agent when it starts. */
import {
  type CiContext,
  COMMAND_LIMITS,
  type PolicyBody,
  STANDING_POLICY_LIMITS,
  type StandingPolicy,
  type StandingPolicyRequest,
  standingPolicySchema,
} from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import type { EventStore } from "../stores/event-store.ts";
import type { PolicyStore, StoredPolicy } from "../stores/policy-store.ts";
import { countDenied, doMeet, isFor, mergePolicies } from "./merge-policies.ts";

export interface PolicyName {
  readonly tenant: string;
  readonly name: string;
}

export interface StandingPolicies {
  list(tenant: string): StandingPolicy[];
  /** Throws `not-found`, as `remove` does. */
  find(name: PolicyName): StandingPolicy;
  /** In place of the one with that name. On disk when this returns. Throws `too-large`. */
  put(name: PolicyName, by: string, request: StandingPolicyRequest): Promise<StandingPolicy>;
  /** The one that is no more. */
  remove(name: PolicyName): Promise<StandingPolicy>;
  /** What the agent of a run that starts is to obey; null: nothing. */
  findFor(tenant: string, runId: string): PolicyBody | null;
  /** What it is to obey besides, now that its job is known: policies for every run were told at its start. */
  findForJob(tenant: string, runId: string): PolicyBody | null;
}

export interface StandingPoliciesOptions {
  readonly store: PolicyStore & Pick<EventStore, "findRun">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createStandingPolicies({ store, now }: StandingPoliciesOptions): StandingPolicies {
  // One change after the other: each is held against all that are there.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const result = last.then(act);
    last = result.catch(() => undefined);
    return result;
  };
  const findCi = (tenant: string, runId: string): CiContext | null =>
    store.findRun(tenant, runId)?.ci ?? null;
  const list = (tenant: string): StandingPolicy[] => store.listPolicies(tenant).map(toPolicy);
  const find = ({ tenant, name }: PolicyName): StandingPolicy => {
    const found = list(tenant).find((policy) => policy.name === name);
    if (found === undefined) throw new RequestProblem("not-found", "there is no such policy");
    return found;
  };
  const put = async ({ tenant, name }: PolicyName, policy: StandingPolicy) => {
    const others = list(tenant).filter((other) => other.name !== name);
    checkBounds(policy, others);
    await store.putPolicy({ tenant, name, body: JSON.stringify(policy) });
    return policy;
  };
  return {
    list,
    find,
    put: (name, by, request) => {
      const setAt = new Date(now()).toISOString();
      return inTurn(() => put(name, { name: name.name, ...request, by, setAt }));
    },
    remove: (name) =>
      inTurn(async () => {
        const policy = find(name);
        await store.deletePolicy(name.tenant, name.name);
        return policy;
      }),
    findFor(tenant, runId) {
      const ci = findCi(tenant, runId);
      return mergePolicies(list(tenant).filter((policy) => isFor(policy.for, ci)));
    },
    findForJob(tenant, runId) {
      const ci = findCi(tenant, runId);
      const ofJobs = list(tenant).filter((policy) => !isFor(policy.for, null));
      return mergePolicies(ofJobs.filter((policy) => isFor(policy.for, ci)));
    },
  };
}

/** What one run could be told of has to fit into one order. */
function checkBounds(policy: StandingPolicy, others: readonly StandingPolicy[]): void {
  const { maxPolicies } = STANDING_POLICY_LIMITS;
  if (others.length >= maxPolicies) {
    throw new RequestProblem("too-large", `there may be ${maxPolicies} policies`);
  }
  const meeting = others.filter((other) => doMeet(policy.for, other.for));
  const denied = countDenied([policy, ...meeting]);
  if (denied <= COMMAND_LIMITS.maxDeny) return;
  const names = meeting.map(({ name }) => name).join(", ") || "no others";
  throw new RequestProblem(
    "too-large",
    `tighten.deny: a run may be of this policy and of others (${names}), which deny ${denied} destinations together; ${COMMAND_LIMITS.maxDeny} is the most`,
  );
}

function toPolicy({ body }: StoredPolicy): StandingPolicy {
  return standingPolicySchema.parse(JSON.parse(body));
}
