/** Answers as Slack's Web API and its incoming webhooks do, for one channel. */
import type { ServerResponse } from "node:http";

import { postMessageSchema, updateSchema, webhookMessageSchema } from "../slack/slack-demands.ts";
import { type HttpStandIn, type Received, startHttp } from "./http-stand-in.ts";

export const CHANNEL = { id: "C0123456789", name: "#security" };
/** Of nobody; in parts, since it looks like one of somebody. */
export const BOT_TOKEN = ["xoxb", "1".repeat(12), "stand-in"].join("-");
export const WEBHOOK_PATH = "/services/T0/B0/stand-in";

export interface SlackPost {
  readonly ts: string;
  /** Of the first message of the thread, where it is a reply. */
  readonly threadTs: string | undefined;
  text: string;
  blocks: unknown;
  changes: number;
}

export interface SlackStandIn extends HttpStandIn {
  readonly posts: SlackPost[];
  /** What the next calls of a method are answered with, in turn. */
  failNext(method: string, ...errors: readonly string[]): void;
  /** All that ask next are told to come again, so many times. */
  limitNext(times: number): void;
}

const RETRY_AFTER_SECONDS = "30";

export async function startSlack(): Promise<SlackStandIn> {
  const posts: SlackPost[] = [];
  const failures: { method: string; error: string }[] = [];
  let limited = 0;
  const standIn = await startHttp((received, response) => {
    if (limited > 0) {
      limited -= 1;
      response.writeHead(429, { "retry-after": RETRY_AFTER_SECONDS });
      response.end(JSON.stringify({ ok: false, error: "ratelimited" }));
    } else if (received.path === WEBHOOK_PATH) answerWebhook(received, response, posts);
    else {
      const method = received.path.replace("/api/", "");
      const index = failures.findIndex((one) => one.method === method);
      const [failure] = index === -1 ? [] : failures.splice(index, 1);
      const answer =
        failure === undefined ? answerMethod(method, received, posts) : toError(failure.error);
      response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
      response.end(JSON.stringify(answer));
    }
  });
  return Object.assign(standIn, {
    posts,
    failNext(method: string, ...errors: readonly string[]) {
      failures.push(...errors.map((error) => ({ method, error })));
    },
    limitNext(times: number) {
      limited += times;
    },
  });
}

function answerMethod(method: string, { headers, body }: Received, posts: SlackPost[]): object {
  const { authorization, "content-type": type } = headers;
  if (authorization === undefined) return toError("not_authed");
  if (authorization !== `Bearer ${BOT_TOKEN}`) return toError("invalid_auth");
  if (type !== "application/json; charset=utf-8") return toError("invalid_post_type");
  if (method === "chat.postMessage") return postMessage(parse(body), posts);
  if (method === "chat.update") return update(parse(body), posts);
  return toError("unknown_method");
}

function postMessage(json: unknown, posts: SlackPost[]): object {
  const { data, error } = postMessageSchema.safeParse(json);
  if (error !== undefined) return toInvalid(error);
  if (data.channel !== CHANNEL.id && data.channel !== CHANNEL.name) {
    return toError("channel_not_found");
  }
  const { thread_ts: threadTs, text, blocks } = data;
  if (threadTs !== undefined && !posts.some(({ ts }) => ts === threadTs)) {
    return toError("thread_not_found");
  }
  return { ok: true, channel: CHANNEL.id, ts: add(posts, { threadTs, text, blocks }) };
}

function update(json: unknown, posts: readonly SlackPost[]): object {
  const { data, error } = updateSchema.safeParse(json);
  if (error !== undefined) return toInvalid(error);
  if (data.channel !== CHANNEL.id) return toError("channel_not_found");
  const known = posts.find(({ ts }) => ts === data.ts);
  if (known === undefined) return toError("message_not_found");
  known.text = data.text;
  known.blocks = data.blocks;
  known.changes += 1;
  return { ok: true, channel: CHANNEL.id, ts: known.ts };
}

function answerWebhook({ body }: Received, response: ServerResponse, posts: SlackPost[]): void {
  const { data } = webhookMessageSchema.safeParse(parse(body));
  if (data === undefined) {
    response.writeHead(400).end("invalid_payload");
    return;
  }
  add(posts, { threadTs: undefined, text: data.text, blocks: data.blocks });
  response.end("ok");
}

function add(posts: SlackPost[], post: Pick<SlackPost, "threadTs" | "text" | "blocks">): string {
  const ts = `17723664${String(posts.length).padStart(2, "0")}.000000`;
  posts.push({ ...post, ts, changes: 0 });
  return ts;
}

function toError(error: string): object {
  return { ok: false, error };
}

interface Fault {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

function toInvalid({ issues }: Fault): object {
  const messages = issues.map(
    ({ path, message }) => `[ERROR] ${message} [json-pointer:/${path.map(String).join("/")}]`,
  );
  return { ...toError("invalid_blocks"), response_metadata: { messages } };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
