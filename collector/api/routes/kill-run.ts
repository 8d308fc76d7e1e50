import { commandViewSchema, killRequestSchema } from "../../../protocol/index.ts";
import type { Commands } from "../../commands/commands.ts";
import { toCommandView } from "../command-view.ts";
import { defineJsonRoute } from "../define-route.ts";
import { describeCaller } from "../describe-caller.ts";
import type { Route } from "../route.ts";

const MAX_BODY_BYTES = 8_192;

export function createKillRunRoute(commands: Pick<Commands, "give">): Route {
  return defineJsonRoute({
    method: "POST",
    path: "/v1/runs/{id}/kill",
    role: "responder",
    isAudited: true,
    maxBodyBytes: MAX_BODY_BYTES,
    summary: "Ask a run's guard to end its job.",
    query: {},
    parameters: { id: "The run" },
    body: killRequestSchema,
    answers: { 201: "The command, which waits for its agent" },
    json: { name: "Command", schema: commandViewSchema },
    refusals: ["not-found", "run-over", "too-large", "too-fast", "storage-failed"],
    async answer({ caller, parameters, body: { reason } }) {
      const run = { tenant: caller.tenant, runId: parameters["id"] ?? "" };
      const command = await commands.give(run, {
        kind: "kill",
        by: describeCaller(caller),
        reason,
      });
      return { status: 201, json: toCommandView(command) };
    },
  });
}
