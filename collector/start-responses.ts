/** Response with what it needs of the other parts: it hears of news by the bell, asks agents and clusters, and ends sessions. */
import type { Commands } from "./commands/commands.ts";
import { DamagedRow, RequestProblem } from "./errors.ts";
import type { Clusters } from "./kubernetes/clusters.ts";
import type { CollectorLog } from "./log.ts";
import type { NewsBell } from "./news-bell.ts";
import { createResponder, type Responder, type ResponderOptions } from "./response/responder.ts";
import type { ResponseBounds } from "./response/response-bounds.ts";
import { type ResponsePolicy, USUAL_RESPONSE } from "./response/response-file.ts";
import type { StepKinds } from "./response/step-kind.ts";
import { type AgentStepsOptions, createAgentSteps } from "./response/steps/agent-steps.ts";
import { createGithubRuns } from "./response/steps/github-server.ts";
import { createPodSteps } from "./response/steps/pod-steps.ts";
import { createWorkflowSteps } from "./response/steps/workflow-steps.ts";
import type { RunOfTenant } from "./stores/event-store.ts";
import type { NewResponse } from "./stores/response-store.ts";

export interface ResponsesOptions {
  readonly response?: ResponsePolicy | undefined;
  readonly responseBounds?: ResponseBounds | undefined;
  readonly onDefect: (error: unknown) => void;
}

export interface ResponsesSurroundings extends Pick<ResponderOptions, "now" | "uptime"> {
  readonly store: ResponderOptions["store"] & AgentStepsOptions["store"];
  readonly newsBell: NewsBell;
  readonly clusters: Pick<Clusters, "find">;
  readonly commands: Pick<Commands, "give">;
  /** From now on nothing is taken of this run, by nobody's token. */
  readonly endSession: (run: RunOfTenant) => void;
  readonly countResponse: (response: NewResponse) => void;
  readonly log: CollectorLog;
}

export function startResponses(
  { response: policy = USUAL_RESPONSE, responseBounds: bounds, onDefect }: ResponsesOptions,
  surroundings: ResponsesSurroundings,
): Responder {
  const { store, newsBell, clusters, commands, endSession, countResponse, log, now } = surroundings;
  const findCluster = (issuer: string) => clusters.find(issuer);
  const steps: StepKinds = {
    ...createPodSteps({ findCluster }),
    ...createAgentSteps({
      store,
      findCluster,
      now,
      async kill(run, { by, reason }) {
        const { number } = await commands.give(run, { kind: "kill", by, reason });
        return number;
      },
    }),
    ...createWorkflowSteps(createGithubRuns(policy.github)),
  };
  const responder = createResponder({
    ...surroundings,
    policy,
    steps,
    ...(bounds !== undefined && { bounds }),
    onRevoke(pod) {
      for (const run of store.listRunsOfPod(pod)) endSession(run);
    },
    onChange(response) {
      countResponse(response);
      const { id, runId: run, tenant, action, state, withheld } = response;
      log.write("warn", "response", { response: id, run, tenant, action, state, withheld });
    },
    onTrouble(what, error) {
      const isKnown = error instanceof RequestProblem || error instanceof DamagedRow;
      if (!isKnown) return onDefect(error);
      log.write("error", "response cannot read or store", { what, reason: error.message });
    },
  });
  const listening = newsBell.listen(() => responder.wake());
  return {
    ...responder,
    async [Symbol.asyncDispose]() {
      listening[Symbol.dispose]();
      await responder[Symbol.asyncDispose]();
    },
  };
}
