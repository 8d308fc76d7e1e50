import type { ServerResponse } from "node:http";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import type { DeliveryOutcome } from "../../../../../collector/alerting/sink.ts";
import { SIEM } from "../../../../../collector/alerting/sinks/siem/siem-sink.ts";
import { type Received, startHttp } from "../support/http-stand-in.ts";
import { FIRST, openSink } from "../support/open-sink.ts";
import { HOSTILE_INCIDENT, SAMPLE } from "../support/sample-notification.ts";

const TOKEN = ["an", "api", "key"].join("-");
const hostile = { ...SAMPLE, incident: HOSTILE_INCIDENT };

function send(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
}

interface Delivery {
  readonly outcomes: readonly DeliveryOutcome[];
  readonly received: readonly Received[];
}

async function deliver(
  config: Readonly<Record<string, unknown>>,
  answer: (received: Received, response: ServerResponse) => void,
  notifications = [SAMPLE],
): Promise<Delivery> {
  await using standIn = await startHttp(answer);
  const sink = openSink(
    SIEM,
    { url: standIn.address, tokenFile: "token", ...config },
    { files: { token: TOKEN } },
  );
  const outcomes: DeliveryOutcome[] = [];
  for (const notification of notifications) outcomes.push(await sink.deliver(notification, FIRST));
  return { outcomes, received: [...standIn.received] };
}

describe("Elasticsearch", () => {
  const actionSchema = z.strictObject({
    create: z.strictObject({ _index: z.string(), _id: z.string() }),
  });
  const documentSchema = z.looseObject({ "@timestamp": z.iso.datetime() });

  /** What the bulk API demands, and that a document that is there is not made again. */
  function createElasticsearch(): (received: Received, response: ServerResponse) => void {
    const ids = new Set<string>();
    return ({ method, path, headers, body }, response) => {
      const isAsked = method === "POST" && path === "/_bulk";
      const isTyped = headers["content-type"] === "application/x-ndjson";
      if (!isAsked || !isTyped || !body.endsWith("\n")) return send(response, 400, {});
      if (headers.authorization !== `ApiKey ${TOKEN}`) return send(response, 401, {});
      const [action, document, ...rest] = body.slice(0, -1).split("\n");
      const { create } = actionSchema.parse(JSON.parse(action ?? ""));
      documentSchema.parse(JSON.parse(document ?? ""));
      const { _id: id } = create;
      const isKnown = ids.has(id) || rest.length > 0;
      ids.add(id);
      const status = isKnown ? 409 : 201;
      const error = { type: "version_conflict_engine_exception", reason: "exists" };
      send(response, 200, {
        errors: isKnown,
        items: [{ create: { ...create, status, ...(isKnown && { error }) } }],
      });
    };
  }

  test.each(["ecs", "ocsf"])(
    "takes a record of %s once, however often it is sent",
    async (format) => {
      const config = { to: "elasticsearch", format };
      const { outcomes, received } = await deliver(config, createElasticsearch(), [SAMPLE, SAMPLE]);

      expect(outcomes).toEqual([{ status: "delivered" }, { status: "delivered" }]);
      expect(received[0]?.body).toContain('"_index":"logs-runner_guard.alert-default"');
      expect(received[0]?.body).toBe(received[1]?.body);
    },
  );

  test("is sent a hostile incident as two lines", async () => {
    const config = { to: "elasticsearch", index: "alerts" };
    const { outcomes } = await deliver(config, createElasticsearch(), [hostile]);

    expect(outcomes).toEqual([{ status: "delivered" }]);
  });

  test.each([
    [429, "es_rejected_execution_exception", "retryable"],
    [503, "unavailable_shards_exception", "retryable"],
    [400, "document_parsing_exception", "refused"],
  ])("says %i of a record in an answer of 200: %s is %s", async (code, type, status) => {
    const { outcomes } = await deliver({ to: "elasticsearch" }, (_, response) => {
      const create = { status: code, error: { type, reason: "no\u001b[31m" } };
      send(response, 200, { errors: true, items: [{ create }] });
    });

    expect(outcomes).toEqual([
      { status, reason: expect.stringContaining(`answered ${code}: ${type} (no\\u{1b}[31m)`) },
    ]);
  });

  test("that is none is found out", async () => {
    const { outcomes } = await deliver({ to: "elasticsearch" }, (_, response) =>
      response.end("ok"),
    );

    expect(outcomes).toMatchObject([
      { status: "refused", reason: expect.stringContaining("did not answer as Elasticsearch") },
    ]);
  });
});

describe("Splunk", () => {
  const eventSchema = z.strictObject({
    time: z.number(),
    source: z.string(),
    sourcetype: z.string(),
    index: z.string(),
    event: z.record(z.string(), z.unknown()),
  });

  test("takes it at the collector of events", async () => {
    const config = { to: "splunk", index: "security", format: "ocsf" };
    const { outcomes, received } = await deliver(config, ({ headers }, response) => {
      const isRight = headers.authorization === `Splunk ${TOKEN}`;
      send(response, isRight ? 200 : 403, { text: "Success", code: isRight ? 0 : 4 });
    });

    expect(outcomes).toEqual([{ status: "delivered" }]);
    expect(received[0]?.path).toBe("/services/collector/event");
    expect(eventSchema.parse(JSON.parse(received[0]?.body ?? ""))).toMatchObject({
      time: SAMPLE.at / 1_000,
      sourcetype: "runner_guard:alert:ocsf",
      event: { class_uid: 2_004 },
    });
  });

  test.each([
    [503, { text: "Server is busy", code: 9 }, "retryable"],
    [403, { text: "Invalid token", code: 4 }, "refused"],
    [400, { text: "Incorrect index", code: 7 }, "refused"],
  ])("answers %i with %o: %s", async (code, said, status) => {
    const { outcomes } = await deliver({ to: "splunk" }, (_, response) =>
      send(response, code, said),
    );

    expect(outcomes).toMatchObject([
      { status, reason: expect.stringContaining(`${code}: ${said.text} (${said.code})`) },
    ]);
  });
});

test("anybody else is sent one line of JSON", async () => {
  const { outcomes, received } = await deliver({ to: "http" }, (_, response) => response.end(), [
    hostile,
  ]);

  expect(outcomes).toEqual([{ status: "delivered" }]);
  expect(received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(/^[\x20-\x7e]{1,100000}\n$/.test(received[0]?.body ?? "")).toBe(true);
});

test.each([
  [{ to: "splunk", url: "https://splunk.example:8088" }, "Splunk takes nothing without a token"],
  [{ to: "http", url: "http://siem.example" }, "no address that begins with https://"],
  [{ to: "elasticsearch", url: "https://es.example", index: "../_all" }, "no name of an index"],
])("%o is refused", (config, reason) => {
  expect(() => SIEM.prepare({ type: "siem", ...config })).toThrow(reason);
});
