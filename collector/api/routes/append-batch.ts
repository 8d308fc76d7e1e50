import type { IncomingHttpHeaders } from "node:http";

import {
  type Acknowledgement,
  BATCH_LIMITS,
  CONTENT_ENCODINGS,
  type ContentEncoding,
  COUNT_HEADER,
  FIRST_SEQ_HEADER,
  MAC_HEADER,
} from "../../../protocol/index.ts";
import { RequestProblem } from "../../errors.ts";
import type { Ingest } from "../../ingest/ingest.ts";
import type { Route } from "../route.ts";

const WHOLE_NUMBER = /^[1-9][0-9]{0,14}$/;

export function createAppendBatchRoute(ingest: Pick<Ingest, "admit" | "acceptBatch">): Route {
  return {
    method: "POST",
    path: "/v1/runs/{id}/batches",
    role: "agent",
    maxBodyBytes: BATCH_LIMITS.maxBytes,
    admit({ caller: { tenant }, parameters }) {
      ingest.admit(tenant, parameters["id"] ?? "");
    },
    async answer({ caller: { tenant }, parameters, headers, body }) {
      const acknowledged = await ingest.acceptBatch({
        tenant,
        runId: parameters["id"] ?? "",
        firstSeq: readNumber(headers, FIRST_SEQ_HEADER, Number.MAX_SAFE_INTEGER),
        count: readNumber(headers, COUNT_HEADER, BATCH_LIMITS.maxEvents),
        mac: readText(headers, MAC_HEADER),
        encoding: readEncoding(headers["content-encoding"]),
        content: body,
      });
      const json: Acknowledgement = { acknowledged };
      return { status: 200, json };
    },
  };
}

function readNumber(headers: IncomingHttpHeaders, name: string, max: number): number {
  const text = readText(headers, name);
  const number = WHOLE_NUMBER.test(text) ? Number(text) : Number.NaN;
  if (number <= max) return number;
  throw new RequestProblem("bad-request", `${name}: no whole number from 1 to ${max}`);
}

function readText(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  if (typeof value === "string") return value;
  throw new RequestProblem("bad-request", `${name}: missing`);
}

function readEncoding(given = "identity"): ContentEncoding {
  const encoding = CONTENT_ENCODINGS.find((known) => known === given.toLowerCase());
  if (encoding !== undefined) return encoding;
  throw new RequestProblem(
    "unsupported-encoding",
    `content-encoding: none of ${CONTENT_ENCODINGS.join(", ")}`,
  );
}
