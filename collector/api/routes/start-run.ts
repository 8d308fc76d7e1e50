import { startRunRequestSchema } from "../../../protocol/index.ts";
import type { StartRun } from "../../start-run.ts";
import { parseJson } from "../parse-json.ts";
import type { Route } from "../route.ts";

const MAX_BODY_BYTES = 65_536;

export function createStartRunRoute(startRun: StartRun): Route {
  return {
    method: "POST",
    path: "/v1/runs",
    role: "agent",
    maxBodyBytes: MAX_BODY_BYTES,
    async answer({ caller, body }) {
      const request = parseJson(body, startRunRequestSchema);
      return { status: 201, json: await startRun(caller, request) };
    },
  };
}
