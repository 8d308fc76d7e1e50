import { startRunRequestSchema, startRunResponseSchema } from "../../../protocol/index.ts";
import type { Ingest } from "../../ingest/ingest.ts";
import type { StandingPolicies } from "../../policies/standing-policies.ts";
import type { StartRun } from "../../start-run.ts";
import { defineJsonRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

const MAX_BODY_BYTES = 65_536;

export interface StartRunParts {
  readonly ingest: Pick<Ingest, "admitStart">;
  readonly startRun: StartRun;
  readonly policies: Pick<StandingPolicies, "findFor">;
}

export function createStartRunRoute({ ingest, startRun, policies }: StartRunParts): Route {
  return defineJsonRoute({
    method: "POST",
    path: "/v1/runs",
    role: "agent",
    maxBodyBytes: MAX_BODY_BYTES,
    summary: "Start a run. The same claim gets the same run again.",
    query: {},
    body: startRunRequestSchema,
    answers: { 201: "The run, its key, and where it stands" },
    json: { name: "StartedRun", schema: startRunResponseSchema },
    refusals: ["too-fast", "quota-exceeded", "storage-failed", "identity-unavailable"],
    admit: ({ caller: { tenant } }) => ingest.admitStart(tenant),
    async answer({ caller, body }) {
      const started = await startRun(caller, body);
      const policy = policies.findFor(caller.tenant, started.runId);
      return { status: 201, json: { ...started, policy } };
    },
  });
}
