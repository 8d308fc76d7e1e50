/** How each of them is sent a record, and what its answer means. */
import { z } from "zod";

import { toVisibleText } from "../../../visible-text.ts";
import type { Notification } from "../../notification.ts";
import type { DeliveryOutcome } from "../../sink.ts";
import { toAsciiJson } from "../ascii-json.ts";
import { type PostAnswer, toOutcome } from "../post.ts";
import { readJson } from "../read-json.ts";
import { type RecordFormat, toRecord } from "./to-record.ts";

export interface Sending {
  /** Behind the operator's address. */
  readonly path: string;
  readonly body: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly judge: (answer: PostAnswer) => DeliveryOutcome;
}

export interface SendingOptions {
  readonly format: RecordFormat;
  readonly index: string | undefined;
  readonly token: string | undefined;
}

export type SiemDialect = (notification: Notification, options: SendingOptions) => Sending;

/** A data stream: what is in it is found by Elastic's own pages. */
const DATA_STREAM = "logs-runner_guard.alert-default";
const LINES = "application/x-ndjson";
const CONFLICT = 409;
const TOO_MANY = 429;
const MAX_REASON_CHARACTERS = 200;

const bulkAnswerSchema = z.object({
  items: z
    .array(
      z.object({
        create: z.object({
          status: z.int(),
          error: z.object({ type: z.string(), reason: z.string().optional() }).optional(),
        }),
      }),
    )
    .length(1),
});
const splunkAnswerSchema = z.object({ code: z.int(), text: z.string().optional() });

/** https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk. What is there already by its id is not made again. */
export const toElasticsearch: SiemDialect = (notification, { format, index, token }) => {
  const action = { create: { _index: index ?? DATA_STREAM, _id: notification.deliveryId } };
  const document = {
    // A data stream takes nothing without one, and OCSF has another name for it.
    "@timestamp": new Date(notification.at).toISOString(),
    ...toRecord(notification, format),
  };
  return {
    path: "/_bulk",
    body: toLines([action, document]),
    contentType: LINES,
    headers: token === undefined ? {} : { authorization: `ApiKey ${token}` },
    judge: judgeBulk,
  };
};

/** https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/format-events-for-http-event-collector. */
export const toSplunk: SiemDialect = (notification, { format, index, token = "" }) => ({
  path: "/services/collector/event",
  body: toAsciiJson({
    time: notification.at / 1_000,
    source: "runner-guard-collector",
    sourcetype: `runner_guard:alert:${format}`,
    ...(index !== undefined && { index }),
    event: toRecord(notification, format),
  }),
  contentType: "application/json",
  headers: { authorization: `Splunk ${token}` },
  judge(answer) {
    const said = splunkAnswerSchema.safeParse(readJson(answer.body)).data;
    const detail = said === undefined ? "" : toDetail(said.text ?? "", String(said.code));
    return toOutcome(answer, detail);
  },
});

/** One line for each. */
export const toPlainHttp: SiemDialect = (notification, { format, token }) => ({
  path: "",
  body: toLines([toRecord(notification, format)]),
  contentType: LINES,
  headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  judge: (answer) => toOutcome(answer),
});

/** It answers 200 also for what it did not take, and says of each how it went. */
function judgeBulk(answer: PostAnswer): DeliveryOutcome {
  const asWhole = toOutcome(answer);
  if (asWhole.status !== "delivered") return asWhole;
  const said = bulkAnswerSchema.safeParse(readJson(answer.body)).data;
  const [item] = said?.items ?? [];
  if (item === undefined) {
    return { status: "refused", reason: `${answer.host} did not answer as Elasticsearch does` };
  }
  const { status, error } = item.create;
  if (status < 300 || status === CONFLICT) return { status: "delivered" };
  const reason = `${answer.host} answered ${status}: ${toDetail(error?.type ?? "", error?.reason ?? "")}`;
  const isForNow = status === TOO_MANY || status >= 500;
  return { status: isForNow ? "retryable" : "refused", reason };
}

function toDetail(type: string, reason: string): string {
  return toVisibleText(`${type} (${reason})`, MAX_REASON_CHARACTERS);
}

function toLines(records: readonly object[]): string {
  return records.map((record) => `${toAsciiJson(record)}\n`).join("");
}
