import { commandViewSchema, tightenRequestSchema } from "../../../protocol/index.ts";
import type { Commands } from "../../commands/commands.ts";
import { toCommandView } from "../command-view.ts";
import { defineJsonRoute } from "../define-route.ts";
import { describeCaller } from "../describe-caller.ts";
import type { Route } from "../route.ts";

/** 200 destinations of the greatest length. */
const MAX_BODY_BYTES = 98_304;

export function createTightenRunRoute(commands: Pick<Commands, "give">): Route {
  return defineJsonRoute({
    method: "POST",
    path: "/v1/runs/{id}/policy",
    role: "responder",
    isAudited: true,
    maxBodyBytes: MAX_BODY_BYTES,
    summary: "Ask a run's guard to be stricter, while it goes on.",
    query: {},
    parameters: { id: "The run" },
    body: tightenRequestSchema,
    answers: { 201: "The command, which waits for its agent" },
    json: { name: "Command", schema: commandViewSchema },
    refusals: ["not-found", "run-over", "too-large", "too-fast", "storage-failed"],
    async answer({ caller, parameters, body }) {
      const run = { tenant: caller.tenant, runId: parameters["id"] ?? "" };
      const command = await commands.give(run, {
        kind: "policy",
        by: describeCaller(caller),
        ...body,
      });
      return { status: 201, json: toCommandView(command) };
    },
  });
}
