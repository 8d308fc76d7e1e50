import { z } from "zod";

import { reasonSchema } from "../../../protocol/index.ts";
import type { Responder } from "../../response/responder.ts";
import { RESPONSE_ACTIONS } from "../../stores/response-store.ts";
import { defineJsonRoute } from "../define-route.ts";
import { describeCaller } from "../describe-caller.ts";
import { responseViewSchema, toResponseView } from "../response-view.ts";
import type { Route } from "../route.ts";

const MAX_BODY_BYTES = 8_192;

export function createRespondToRunRoute(responder: Pick<Responder, "respond">): Route {
  return defineJsonRoute({
    method: "POST",
    path: "/v1/runs/{id}/respond",
    role: "responder",
    isAudited: true,
    maxBodyBytes: MAX_BODY_BYTES,
    summary:
      "End a run's job, pod or workflow run, or cut its pod off; also where responses are not armed.",
    parameters: { id: "The run" },
    query: {},
    body: z.strictObject({ action: z.enum(RESPONSE_ACTIONS), reason: reasonSchema }),
    answers: { 201: "The response, which is under way" },
    json: { name: "Response", schema: responseViewSchema },
    refusals: ["bad-request", "not-found", "run-over", "too-fast", "storage-failed"],
    async answer({ caller, parameters: { id: runId = "" }, body }) {
      const by = describeCaller(caller);
      const response = await responder.respond({ ...body, tenant: caller.tenant, runId, by });
      return { status: 201, json: toResponseView(response) };
    },
  });
}
