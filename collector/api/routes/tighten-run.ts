import { tightenRequestSchema } from "../../../protocol/index.ts";
import type { Commands } from "../../commands/commands.ts";
import { toCommandView } from "../command-view.ts";
import { parseJson } from "../parse-json.ts";
import type { Route } from "../route.ts";

/** 200 destinations of the greatest length. */
const MAX_BODY_BYTES = 98_304;

export function createTightenRunRoute(commands: Pick<Commands, "give">): Route {
  return {
    method: "POST",
    path: "/v1/runs/{id}/policy",
    role: "responder",
    isAudited: true,
    maxBodyBytes: MAX_BODY_BYTES,
    async answer({ caller: { tenant, role }, parameters, body }) {
      const order = parseJson(body, tightenRequestSchema);
      const run = { tenant, runId: parameters["id"] ?? "" };
      const command = await commands.give(run, { kind: "policy", by: role, ...order });
      return { status: 201, json: toCommandView(command) };
    },
  };
}
