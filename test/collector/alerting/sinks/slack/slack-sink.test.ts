import { describe, expect, test } from "vitest";

import type { NotificationAction } from "../../../../../collector/alerting/notification.ts";
import type { Sink } from "../../../../../collector/alerting/sink.ts";
import { SLACK } from "../../../../../collector/alerting/sinks/slack/slack-sink.ts";
import { startHttp } from "../support/http-stand-in.ts";
import { FIRST, openSink } from "../support/open-sink.ts";
import { HOSTILE_INCIDENT, SAMPLE } from "../support/sample-notification.ts";
import {
  BOT_TOKEN,
  CHANNEL,
  type SlackStandIn,
  startSlack,
  WEBHOOK_PATH,
} from "../support/slack-stand-in.ts";

const BOT = { tokenFile: "token", channel: CHANNEL.name };

describe("by a bot", () => {
  test("an incident is a thread, whose first message shows how it stands", async () => {
    await using slack = await startSlack();
    const sink = openBot(slack);

    const first = await deliver(sink, "trigger");
    const second = await deliver(sink, "update", first);
    const third = await deliver(sink, "acknowledge", second);
    await deliver(sink, "resolve", third);

    expect([second, third]).toEqual([first, first]);
    expect(slack.posts.map(({ threadTs }) => threadTs)).toEqual([
      undefined,
      ...Array.from({ length: 3 }, () => slack.posts[0]?.ts),
    ]);
    expect(slack.posts[0]).toMatchObject({
      changes: 3,
      text: expect.stringMatching(/^resolved: critical runner-memory-read in acme\/app/),
    });
  });

  test("hostile text is taken", async () => {
    await using slack = await startSlack();

    const outcome = await openBot(slack).deliver({ ...SAMPLE, incident: HOSTILE_INCIDENT }, FIRST);

    expect(outcome).toHaveProperty("status", "delivered");
  });

  test.each([
    ["ratelimited", "retryable"],
    ["internal_error", "retryable"],
    ["service_unavailable", "retryable"],
    ["channel_not_found", "refused"],
    ["not_in_channel", "refused"],
    ["invalid_auth", "refused"],
    ["token_revoked", "refused"],
    ["msg_too_long", "refused"],
  ])("%s is %s", async (error, status) => {
    await using slack = await startSlack();
    slack.failNext("chat.postMessage", error);

    expect(await openBot(slack).deliver(SAMPLE, FIRST)).toMatchObject({
      status,
      reason: expect.stringContaining(error),
    });
  });

  test("what is to be done about it is told", async () => {
    await using slack = await startSlack();
    slack.failNext("chat.postMessage", "not_in_channel");

    expect(await openBot(slack).deliver(SAMPLE, FIRST)).toMatchObject({
      reason: expect.stringMatching(/answered not_in_channel: invite the bot to the channel$/),
    });
  });

  test("it comes again when Slack says so", async () => {
    await using slack = await startSlack();
    slack.limitNext(1);

    expect(await openBot(slack).deliver(SAMPLE, FIRST)).toMatchObject({
      status: "retryable",
      retryAfterMs: 30_000,
    });
  });

  test("an update that failed half way is told once when it comes again", async () => {
    await using slack = await startSlack();
    const sink = openBot(slack);
    const reference = await deliver(sink, "trigger");
    slack.failNext("chat.postMessage", "internal_error");
    const resolved = { ...SAMPLE, action: "resolve" } as const;

    const outcome = await sink.deliver(resolved, { ...FIRST, reference });
    await sink.deliver(resolved, { ...FIRST, reference });

    expect(outcome).toHaveProperty("status", "retryable");
    expect(slack.posts).toHaveLength(2);
  });

  test("where the first message was deleted, another one begins", async () => {
    await using slack = await startSlack();
    const sink = openBot(slack);
    const reference = await deliver(sink, "trigger");
    slack.posts.length = 0;
    // The next one has another name than the first.
    slack.posts.push({
      ts: "0000000000.000000",
      threadTs: undefined,
      text: "",
      blocks: [],
      changes: 0,
    });

    const next = await deliver(sink, "update", reference);

    expect(next).toMatch(/^C0123456789 \d+\.\d+$/);
    expect(slack.posts.at(-1)).toMatchObject({ threadTs: undefined, changes: 0 });
  });

  test("where no message may be changed, the reply says it", async () => {
    await using slack = await startSlack();
    const sink = openBot(slack);
    const reference = await deliver(sink, "trigger");
    slack.failNext("chat.update", "edit_window_closed");

    expect(await deliver(sink, "resolve", reference)).toBe(reference);
    expect(slack.posts.at(-1)).toMatchObject({ text: expect.stringMatching(/^resolved: /) });
  });

  test("a page that is not Slack's is no delivery", async () => {
    await using proxy = await startHttp((_, response) => response.end("<h1>Log in</h1>"));
    const sink = openSink(SLACK, { ...BOT, api: proxy.address }, { files: { token: BOT_TOKEN } });

    expect(await sink.deliver(SAMPLE, FIRST)).toMatchObject({
      status: "retryable",
      reason: expect.stringContaining("something that Slack does not say"),
    });
  });

  test("no reason holds the token, also where the other end says it", async () => {
    await using echo = await startHttp((received, response) => {
      const messages = [String(received.headers.authorization)];
      response.end(JSON.stringify({ ok: false, error: "x", response_metadata: { messages } }));
    });
    const sink = openSink(SLACK, { ...BOT, api: echo.address }, { files: { token: BOT_TOKEN } });

    const outcome = await sink.deliver(SAMPLE, FIRST);

    expect(outcome).toMatchObject({ reason: expect.stringContaining("Bearer …") });
    expect(JSON.stringify(outcome)).not.toContain(BOT_TOKEN);
  });
});

describe("by an incoming webhook", () => {
  test("each is a message of its own", async () => {
    await using slack = await startSlack();
    const sink = openWebhook(slack, WEBHOOK_PATH);

    expect(await sink.deliver(SAMPLE, FIRST)).toEqual({ status: "delivered" });
    await deliver(sink, "resolve");

    expect(slack.posts.map(({ threadTs }) => threadTs)).toEqual([undefined, undefined]);
  });

  test("a word of Slack's is told, and its address is not", async () => {
    await using slack = await startHttp((_, response) => response.writeHead(404).end("no_service"));
    const sink = openWebhook(slack, "/services/hidden");

    const outcome = await sink.deliver(SAMPLE, FIRST);

    expect(outcome).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(/404: no_service$/),
    });
    expect(JSON.stringify(outcome)).not.toContain("hidden");
  });
});

test.each([
  ["neither bot nor webhook", {}, /write either/],
  ["a bot without a channel", { tokenFile: "token" }, /write either/],
  ["both", { ...BOT, webhookUrlFile: "url" }, /write either/],
  ["a channel that is none", { ...BOT, channel: "<!here>" }, /channel/],
  ["a token of a person", { ...BOT, tokenFile: "other" }, /other: holds no token/],
  ["an address without TLS", { ...BOT, api: "http://slack.example" }, /plainHttp/],
  ["a file with no address", { webhookUrlFile: "other" }, /other: no address/],
])("%s is refused at the start", (_, config, fault) => {
  const files = { token: BOT_TOKEN, other: "xoxp", url: "https://hooks.slack.example/x" };

  expect(() => openSink(SLACK, config, { files })).toThrow(fault);
});

function openBot(slack: SlackStandIn): Sink {
  return openSink(SLACK, { ...BOT, api: `${slack.address}/api` }, { files: { token: BOT_TOKEN } });
}

function openWebhook({ address }: { readonly address: string }, path: string): Sink {
  return openSink(SLACK, { webhookUrlFile: "url" }, { files: { url: `${address}${path}` } });
}

/** What it is to be told of with. */
async function deliver(
  sink: Sink,
  action: NotificationAction,
  reference?: string,
): Promise<string | undefined> {
  const outcome = await sink.deliver({ ...SAMPLE, action }, { ...FIRST, reference });
  expect(outcome).toHaveProperty("status", "delivered");
  return outcome.status === "delivered" ? outcome.reference : undefined;
}
