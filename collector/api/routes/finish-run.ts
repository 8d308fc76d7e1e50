import { finishRunRequestSchema, MAC_HEADER } from "../../../protocol/index.ts";
import type { Ingest } from "../../ingest/ingest.ts";
import { parseJson } from "../parse-json.ts";
import type { Route } from "../route.ts";

const MAX_BODY_BYTES = 1_024;

export function createFinishRunRoute(ingest: Pick<Ingest, "finishRun">): Route {
  return {
    method: "POST",
    path: "/v1/runs/{id}/finish",
    role: "agent",
    maxBodyBytes: MAX_BODY_BYTES,
    async answer({ caller: { tenant }, parameters, headers, body }) {
      const { lastSeq } = parseJson(body, finishRunRequestSchema);
      const mac = String(headers[MAC_HEADER] ?? "");
      await ingest.finishRun({
        tenant,
        runId: parameters["id"] ?? "",
        lastSeq,
        mac,
        content: body,
      });
      return { status: 200, json: { acknowledged: lastSeq } };
    },
  };
}
