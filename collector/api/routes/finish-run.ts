import { z } from "zod";

import {
  acknowledgementSchema,
  finishRunRequestSchema,
  MAC_HEADER,
} from "../../../protocol/index.ts";
import type { Ingest } from "../../ingest/ingest.ts";
import { defineJsonRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

const MAX_BODY_BYTES = 1_024;

export function createFinishRunRoute(ingest: Pick<Ingest, "finishRun">): Route {
  return defineJsonRoute({
    method: "POST",
    path: "/v1/runs/{id}/finish",
    role: "agent",
    maxBodyBytes: MAX_BODY_BYTES,
    summary: "Say goodbye: nothing comes behind guard-stopped.",
    query: {},
    parameters: { id: "The run" },
    headers: {
      [MAC_HEADER]: {
        summary: "Of this body, in its place behind the last batch",
        isRequired: true,
        schema: z.string().regex(/^[0-9a-f]{64}$/),
      },
    },
    body: finishRunRequestSchema,
    answers: { 200: "The last seq that is stored" },
    json: { name: "Acknowledgement", schema: acknowledgementSchema },
    refusals: ["forbidden", "not-found", "gap", "run-over", "too-fast", "storage-failed"],
    async answer({ caller: { tenant }, parameters, headers, body: { lastSeq }, content }) {
      const mac = String(headers[MAC_HEADER] ?? "");
      await ingest.finishRun({ tenant, runId: parameters["id"] ?? "", lastSeq, mac, content });
      return { status: 200, json: { acknowledged: lastSeq } };
    },
  });
}
