/** Slack's Web API, as far as messages are sent by it: https://docs.slack.dev/reference/methods/chat.postMessage */
import { z } from "zod";

import { toVisibleText } from "../../../visible-text.ts";
import type { DeliveryOutcome } from "../../sink.ts";
import { post, type PostAnswer, toOutcome } from "../post.ts";
import { readJson } from "../read-json.ts";
import type { SlackMessage } from "./to-message.ts";

export interface SlackCall {
  readonly method: "chat.postMessage" | "chat.update";
  readonly message: SlackMessage;
  /** What the method asks for besides. */
  readonly place: Readonly<Record<string, string>>;
}

export interface SlackAccess {
  /** Without a slash at the end. */
  readonly api: string;
  readonly token: string;
  readonly authorities: string | undefined;
  readonly signal: AbortSignal;
}

export type SlackResult =
  | { readonly status: "said"; readonly channel: string; readonly ts: string }
  /** `code` is Slack's word for it; undefined where it had none. */
  | { readonly status: "failed"; readonly code?: string; readonly outcome: DeliveryOutcome };

/** Of all that Slack may say: what is over by itself. All else stays until somebody mends it. */
const PASSING: ReadonlySet<string> = new Set([
  "ratelimited",
  "rate_limited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);
/** What whoever set it up can do about it. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ["channel_not_found", "there is no such channel, or it is private and the bot is not in it"],
  ["not_in_channel", "invite the bot to the channel"],
  ["is_archived", "the channel is archived; name another one"],
  ["invalid_auth", "write a token that is good into its file"],
  ["token_revoked", "write a token that is good into its file"],
  ["token_expired", "write a token that is good into its file"],
]);
/** What is said of blocks that Slack does not take. */
const MAX_DETAILS = 3;
const MAX_DETAIL_CHARACTERS = 200;

const answerSchema = z.object({
  ok: z.boolean(),
  error: z
    .string()
    .regex(/^[a-z_]{1,64}$/)
    .optional(),
  /** With `missing_scope`. */
  needed: z.string().optional(),
  channel: z.string().optional(),
  ts: z.string().optional(),
  response_metadata: z.object({ messages: z.array(z.string()).optional() }).optional(),
});
type Answer = z.infer<typeof answerSchema>;

export async function callSlack(
  { method, message, place }: SlackCall,
  { api, token, authorities, signal }: SlackAccess,
): Promise<SlackResult> {
  const answer = await post({
    url: new URL(`${api}/${method}`),
    // Without `parse` an update would make mentions and links of what looks like them.
    body: JSON.stringify({ ...place, ...message, ...QUIETLY[method] }),
    contentType: "application/json; charset=utf-8",
    headers: { authorization: `Bearer ${token}` },
    authorities,
    signal,
  });
  const outcome = toOutcome(answer);
  if (answer.status === "unanswered" || outcome.status !== "delivered") {
    return { status: "failed", outcome };
  }
  return toResult(answer, token);
}

const QUIETLY = {
  "chat.postMessage": {
    parse: "none",
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  },
  "chat.update": { parse: "none", link_names: false },
} as const;

function toResult({ host, body }: PostAnswer, token: string): SlackResult {
  const { data } = answerSchema.safeParse(readJson(body));
  if (data?.ok === true && data.channel !== undefined && data.ts !== undefined) {
    return { status: "said", channel: data.channel, ts: data.ts };
  }
  const code = data?.ok === false ? data.error : undefined;
  // A proxy's page, say: nobody knows whether Slack has heard of it.
  if (data === undefined || code === undefined) {
    const reason = `${host} answered something that Slack does not say`;
    return { status: "failed", outcome: { status: "retryable", reason } };
  }
  const reason = `${host} answered ${code}${toDetails(code, data, token)}`;
  const status = PASSING.has(code) ? "retryable" : "refused";
  return { status: "failed", code, outcome: { status, reason } };
}

function toDetails(
  code: string,
  { needed, response_metadata: metadata }: Answer,
  token: string,
): string {
  const told = [
    ADVICE.get(code),
    needed === undefined ? undefined : `the app needs ${needed}`,
    ...(metadata?.messages ?? []),
  ].filter((one) => one !== undefined);
  const shown = told.slice(0, MAX_DETAILS).join("; ").replaceAll(token, "…");
  return shown === "" ? "" : `: ${toVisibleText(shown, MAX_DETAIL_CHARACTERS)}`;
}
