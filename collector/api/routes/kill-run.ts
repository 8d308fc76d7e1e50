import { killRequestSchema } from "../../../protocol/index.ts";
import type { Commands } from "../../commands/commands.ts";
import { toCommandView } from "../command-view.ts";
import { parseJson } from "../parse-json.ts";
import type { Route } from "../route.ts";

const MAX_BODY_BYTES = 8_192;

export function createKillRunRoute(commands: Pick<Commands, "give">): Route {
  return {
    method: "POST",
    path: "/v1/runs/{id}/kill",
    role: "responder",
    isAudited: true,
    maxBodyBytes: MAX_BODY_BYTES,
    async answer({ caller: { tenant, role }, parameters, body }) {
      const { reason } = parseJson(body, killRequestSchema);
      const run = { tenant, runId: parameters["id"] ?? "" };
      const command = await commands.give(run, { kind: "kill", by: role, reason });
      return { status: 201, json: toCommandView(command) };
    },
  };
}
