import type { IncomingHttpHeaders } from "node:http";

import { z } from "zod";

import {
  acknowledgementSchema,
  BATCH_LIMITS,
  CONTENT_ENCODINGS,
  type ContentEncoding,
  COUNT_HEADER,
  FIRST_SEQ_HEADER,
  MAC_HEADER,
} from "../../../protocol/index.ts";
import { RequestProblem } from "../../errors.ts";
import type { Ingest } from "../../ingest/ingest.ts";
import { defineRawRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

const WHOLE_NUMBER = /^[1-9][0-9]{0,14}$/;
const MAC = z.string().regex(/^[0-9a-f]{64}$/);

export function createAppendBatchRoute(ingest: Pick<Ingest, "admit" | "acceptBatch">): Route {
  return defineRawRoute({
    method: "POST",
    path: "/v1/runs/{id}/batches",
    role: "agent",
    maxBodyBytes: BATCH_LIMITS.maxBytes,
    summary: "Store the next events of a run. What is acknowledged is on disk.",
    query: {},
    parameters: { id: "The run" },
    headers: {
      [FIRST_SEQ_HEADER]: {
        summary: "The seq of the first event",
        isRequired: true,
        schema: z.string().regex(WHOLE_NUMBER),
      },
      [COUNT_HEADER]: {
        summary: `How many events there are, ${BATCH_LIMITS.maxEvents} at most`,
        isRequired: true,
        schema: z.string().regex(WHOLE_NUMBER),
      },
      [MAC_HEADER]: {
        summary: "Of the batch, in its place behind the one before",
        isRequired: true,
        schema: MAC,
      },
      "content-encoding": {
        summary: "How the body is packed",
        isRequired: false,
        schema: z.enum(CONTENT_ENCODINGS),
      },
    },
    rawBody: {
      type: "application/x-ndjson",
      summary: "An event a line. A line that is none is kept, counted and not acknowledged for",
    },
    answers: { 200: "The last seq that is stored" },
    json: { name: "Acknowledgement", schema: acknowledgementSchema },
    refusals: [
      "bad-request",
      "forbidden",
      "not-found",
      "gap",
      "run-over",
      "unsupported-encoding",
      "too-fast",
      "quota-exceeded",
      "storage-failed",
    ],
    admit({ caller: { tenant }, parameters }) {
      ingest.admit(tenant, parameters["id"] ?? "");
    },
    async answer({ caller: { tenant }, parameters, headers, content }) {
      const acknowledged = await ingest.acceptBatch({
        tenant,
        runId: parameters["id"] ?? "",
        firstSeq: readNumber(headers, FIRST_SEQ_HEADER, Number.MAX_SAFE_INTEGER),
        count: readNumber(headers, COUNT_HEADER, BATCH_LIMITS.maxEvents),
        mac: readText(headers, MAC_HEADER),
        encoding: readEncoding(headers["content-encoding"]),
        content,
      });
      return { status: 200, json: { acknowledged } };
    },
  });
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
