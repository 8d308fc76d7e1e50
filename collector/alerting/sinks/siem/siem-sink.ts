/** Where security people search: Elasticsearch, Splunk, or anything that takes a line of JSON over HTTP. */
import { z } from "zod";

import { defineSinkType, type SinkSurroundings } from "../../sink-type.ts";
import type { DeliveryOutcome } from "../../sink.ts";
import { ENDPOINT_FAULT, openAuthorities, parseEndpoint, WAY_FIELDS } from "../endpoint.ts";
import { type NoAnswer, post, type PostAnswer } from "../post.ts";
import {
  type Sending,
  type SiemDialect,
  toElasticsearch,
  toPlainHttp,
  toSplunk,
} from "./dialects.ts";
import { RECORD_FORMATS } from "./to-record.ts";

/** Elasticsearch's own rules for names, for short. */
const INDEX = /^[a-z0-9][a-z0-9._-]{0,127}$/;

const DIALECTS: Readonly<Record<"elasticsearch" | "splunk" | "http", SiemDialect>> = {
  elasticsearch: toElasticsearch,
  splunk: toSplunk,
  http: toPlainHttp,
};

const schema = z
  .strictObject({
    type: z.literal("siem"),
    to: z.enum(["elasticsearch", "splunk", "http"]),
    /** Of Elasticsearch and Splunk the address alone; of others all of it. */
    url: z.string(),
    format: z.enum(RECORD_FORMATS).default("ecs"),
    /** An API key of Elasticsearch, a token of Splunk's collector, or a bearer token. */
    tokenFile: z.string().min(1).optional(),
    /** Of Elasticsearch a data stream or an index, of Splunk an index. */
    index: z.string().regex(INDEX, "no name of an index").optional(),
    ...WAY_FIELDS,
  })
  .refine(({ url, ...way }) => parseEndpoint(url, way) !== undefined, {
    path: ["url"],
    error: ENDPOINT_FAULT,
  })
  .refine(({ to, tokenFile }) => to !== "splunk" || tokenFile !== undefined, {
    path: ["tokenFile"],
    error: "Splunk takes nothing without a token",
  });

export const SIEM = defineSinkType({
  type: "siem",
  usually: "all",
  schema,
  open(config, surroundings) {
    const { to, format, index, url } = config;
    const dialect = DIALECTS[to];
    const readAuthorities = openAuthorities(config, surroundings);
    const readToken = openToken(config.tokenFile, surroundings);
    return {
      name: surroundings.name,
      async deliver(notification, { signal }) {
        const { path, judge, ...rest }: Sending = dialect(notification, {
          format,
          index,
          token: readToken(),
        });
        const answer = await post({
          ...rest,
          url: new URL(`${url.replace(/\/+$/, "")}${path}`),
          authorities: readAuthorities(),
          signal,
        });
        return judgeAnswer(answer, judge);
      },
    };
  },
});

function judgeAnswer(answer: PostAnswer | NoAnswer, judge: Sending["judge"]): DeliveryOutcome {
  return answer.status === "answered"
    ? judge(answer)
    : { status: "retryable", reason: answer.reason };
}

/** Throws `usage`. */
function openToken(
  file: string | undefined,
  { readSecret }: SinkSurroundings,
): () => string | undefined {
  if (file === undefined) return () => undefined;
  readSecret(file);
  return () => readSecret(file);
}
