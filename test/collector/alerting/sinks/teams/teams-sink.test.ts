import { expect, test } from "vitest";

import { TEAMS } from "../../../../../collector/alerting/sinks/teams/teams-sink.ts";
import { type AnswerRequest, startHttp } from "../support/http-stand-in.ts";
import { FIRST, openSink } from "../support/open-sink.ts";
import { HOSTILE_INCIDENT, SAMPLE } from "../support/sample-notification.ts";
import { MAX_MESSAGE_BYTES, teamsMessageSchema } from "./teams-demands.ts";

const PATH = "/workflows/1/triggers/manual/paths/invoke?sig=hidden";

test("a workflow that was asked for a card is told of an incident", async () => {
  await using workflow = await startHttp(answerCard);
  const sink = openSink(
    TEAMS,
    { urlFile: "url" },
    { files: { url: `${workflow.address}${PATH}` } },
  );

  expect(await sink.deliver(SAMPLE, FIRST)).toEqual({ status: "delivered" });
  expect(await sink.deliver({ ...SAMPLE, incident: HOSTILE_INCIDENT }, FIRST)).toEqual({
    status: "delivered",
  });
});

test.each([
  [401, "refused"],
  [404, "refused"],
  [429, "retryable"],
  [502, "retryable"],
])("an answer of %i is %s, and its address is not told", async (code, status) => {
  await using workflow = await startHttp((_, response) => response.writeHead(code).end("hidden"));
  const sink = openSink(
    TEAMS,
    { urlFile: "url" },
    { files: { url: `${workflow.address}${PATH}` } },
  );

  const outcome = await sink.deliver(SAMPLE, FIRST);

  expect(outcome).toHaveProperty("status", status);
  expect(JSON.stringify(outcome)).not.toContain("hidden");
});

test("why a workflow may be gone is told", async () => {
  await using workflow = await startHttp((_, response) => response.writeHead(404).end());
  const sink = openSink(TEAMS, { urlFile: "url" }, { files: { url: workflow.address } });

  expect(await sink.deliver(SAMPLE, FIRST)).toMatchObject({
    reason: expect.stringMatching(/answered 404: the workflow was removed/),
  });
});

test.each([
  ["a connector, which is retired", "https://acme.webhook.office.com/webhookb2/x", /retired/],
  ["an older connector", "https://outlook.office.com/webhook/x", /retired/],
  ["an address without TLS", "http://workflow.example/x", /plainHttp/],
])("%s is refused at the start", (_, url, fault) => {
  expect(() => openSink(TEAMS, { urlFile: "url" }, { files: { url } })).toThrow(fault);
});

/** As the trigger and the action behind it do. */
const answerCard: AnswerRequest = ({ method, path, headers, body }, response) => {
  if (method !== "POST" || path !== PATH) response.writeHead(401).end();
  else if (headers["content-type"] !== "application/json") response.writeHead(400).end();
  else if (Buffer.byteLength(body) > MAX_MESSAGE_BYTES) response.writeHead(413).end();
  else response.writeHead(teamsMessageSchema.safeParse(JSON.parse(body)).success ? 202 : 400).end();
};
