/** Slack: by a bot, with a thread for each incident, or by an incoming webhook, which can do no more than say it. */
import { z } from "zod";

import { defineSinkType, type SinkSurroundings } from "../../sink-type.ts";
import type { Sink } from "../../sink.ts";
import {
  ENDPOINT_FAULT,
  openAuthorities,
  openSecretEndpoint,
  parseEndpoint,
  WAY_FIELDS,
} from "../endpoint.ts";
import { createKeptSecret } from "../kept-secret.ts";
import { post, toOutcome } from "../post.ts";
import { beginThread, goOnWithThread, parseThread } from "./thread.ts";
import { toSlackMessage } from "./to-message.ts";

/** Of bots, and those of them that are changed regularly. */
const TOKEN = /^(?:xoxe\.)?xoxb-[A-Za-z0-9-]{8,512}$/;

const fileSchema = z.strictObject({
  type: z.literal("slack"),
  /** Of a bot that may write to the channel. */
  tokenFile: z.string().min(1).optional(),
  channel: z
    .string()
    .regex(
      /^(?:[CDG][A-Z0-9]{6,20}|#?[^\s#@<>&,.A-Z]{1,80})$/,
      "neither the id of a channel nor its name",
    )
    .optional(),
  /** Of an incoming webhook: its address is a secret. */
  webhookUrlFile: z.string().min(1).optional(),
  /** Of a proxy of one's own, before the names of the methods. */
  api: z.string().default("https://slack.com/api"),
  ...WAY_FIELDS,
});
const schema = fileSchema
  .refine(
    ({ tokenFile, channel, webhookUrlFile }) =>
      webhookUrlFile === undefined
        ? tokenFile !== undefined && channel !== undefined
        : tokenFile === undefined && channel === undefined,
    {
      path: ["tokenFile"],
      error: 'write either "tokenFile" and "channel", or "webhookUrlFile" alone',
    },
  )
  .refine(({ api, ...way }) => parseEndpoint(api, way) !== undefined, {
    path: ["api"],
    error: ENDPOINT_FAULT,
  });
type Config = z.infer<typeof schema>;

export const SLACK = defineSinkType({
  type: "slack",
  usually: "all",
  schema,
  open({ tokenFile, channel, webhookUrlFile, ...config }, surroundings) {
    if (webhookUrlFile !== undefined) return openWebhook(webhookUrlFile, config, surroundings);
    return openBot({ tokenFile: tokenFile ?? "", channel: channel ?? "" }, config, surroundings);
  },
});

type Ways = Pick<Config, "api" | "plainHttp" | "caFile">;

interface Bot {
  readonly tokenFile: string;
  readonly channel: string;
}

function openBot({ tokenFile, channel }: Bot, config: Ways, surroundings: SinkSurroundings): Sink {
  const api = config.api.replace(/\/+$/, "");
  const authorities = openAuthorities(config, surroundings);
  const token = createKeptSecret({
    file: tokenFile,
    readSecret: surroundings.readSecret,
    parse: (text) => (TOKEN.test(text) ? text : undefined),
    expected: "holds no token of a Slack bot, which begins with xoxb-",
  });
  return {
    name: surroundings.name,
    async deliver(notification, { reference, signal }) {
      const access = { api, token: token(), authorities: authorities(), signal };
      const thread = parseThread(reference);
      const wentOn =
        thread === undefined ? undefined : await goOnWithThread(notification, { thread, access });
      return wentOn ?? (await beginThread(notification, { channel, access }));
    },
  };
}

function openWebhook(file: string, config: Ways, surroundings: SinkSurroundings): Sink {
  const url = openSecretEndpoint(file, config, surroundings);
  const authorities = openAuthorities(config, surroundings);
  return {
    name: surroundings.name,
    async deliver(notification, { signal }) {
      const message = { ...toSlackMessage(notification), unfurl_links: false, unfurl_media: false };
      const answer = await post({
        url: url(),
        body: JSON.stringify(message),
        contentType: "application/json; charset=utf-8",
        authorities: authorities(),
        signal,
      });
      return toOutcome(answer, answer.status === "answered" ? toWord(answer.body) : "");
    },
  };
}

/** Webhooks say what is wrong in a word. */
function toWord(body: string): string {
  return /^[a-z_]{1,64}$/.test(body.trim()) ? body.trim() : "";
}
