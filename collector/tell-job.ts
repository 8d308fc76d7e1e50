/** A pod's job is known only after its run has begun: what operators want of such jobs is told to its agent then. */
import type { Commands } from "./commands/commands.ts";
import { RequestProblem } from "./errors.ts";
import type { StandingPolicies } from "./policies/standing-policies.ts";
import type { StoredRun } from "./stores/event-store.ts";

export interface TellJobOptions {
  readonly commands: Pick<Commands, "give">;
  readonly policies: Pick<StandingPolicies, "findForJob">;
}

export type TellJob = (run: Pick<StoredRun, "tenant" | "id">) => Promise<void>;

export function createTellJob({ commands, policies }: TellJobOptions): TellJob {
  return async ({ tenant, id: runId }) => {
    const wanted = policies.findForJob(tenant, runId);
    if (wanted === null) return;
    const { by, reason, tighten } = wanted;
    try {
      await commands.give({ tenant, runId }, { kind: "policy", by, reason, tighten });
    } catch (error) {
      // Nobody is there any more to be told.
      if (!(error instanceof RequestProblem && error.code === "run-over")) throw error;
    }
  };
}
