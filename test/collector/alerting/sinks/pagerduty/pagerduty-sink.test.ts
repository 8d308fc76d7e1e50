import { expect, test } from "vitest";

import { PAGERDUTY } from "../../../../../collector/alerting/sinks/pagerduty/pagerduty-sink.ts";
import { startHttp } from "../support/http-stand-in.ts";
import { FIRST, openSink } from "../support/open-sink.ts";
import { startPagerDuty } from "../support/pagerduty-stand-in.ts";
import { SAMPLE, SAMPLE_INCIDENT } from "../support/sample-notification.ts";

const KEY = "0123456789abcdef".repeat(2);
const CONFIG = { routingKeyFile: "key" };

test("an incident is one alert from its trigger to its end, over TLS", async () => {
  await using pagerDuty = await startPagerDuty({ routingKey: KEY, tls: true });
  const sink = openSink(
    PAGERDUTY,
    { ...CONFIG, url: `${pagerDuty.address}/v2/enqueue`, caFile: "ca" },
    { files: { key: KEY, ca: pagerDuty.authorities ?? "" } },
  );
  const alert = () => pagerDuty.alerts.get(SAMPLE_INCIDENT.id);

  expect(await sink.deliver(SAMPLE, FIRST)).toEqual({ status: "delivered" });
  await sink.deliver(SAMPLE, FIRST);
  await sink.deliver({ ...SAMPLE, action: "update" }, FIRST);
  expect(alert()).toMatchObject({ state: "triggered", pages: 1 });
  await sink.deliver({ ...SAMPLE, action: "acknowledge" }, FIRST);
  expect(alert()).toMatchObject({ state: "acknowledged", pages: 1 });
  await sink.deliver({ ...SAMPLE, action: "resolve" }, FIRST);

  expect(alert()).toMatchObject({ state: "resolved", pages: 1, events: 5 });
  expect(pagerDuty.alerts.size).toBe(1);
});

test("what PagerDuty has against an event is told, without the key", async () => {
  await using pagerDuty = await startPagerDuty({ routingKey: "f".repeat(32) });
  const sink = openSink(
    PAGERDUTY,
    { ...CONFIG, url: `${pagerDuty.address}/v2/enqueue` },
    {
      files: { key: KEY },
    },
  );

  const outcome = await sink.deliver(SAMPLE, FIRST);

  expect(outcome).toMatchObject({
    status: "refused",
    reason: expect.stringContaining(
      "answered 400: Event object is invalid; 'routing_key' is invalid",
    ),
  });
  expect(JSON.stringify(outcome)).not.toContain(KEY);
});

test("no reason holds the key, also where the other end says it", async () => {
  await using echo = await startHttp(({ body }, response) => {
    response.writeHead(400).end(JSON.stringify({ message: "bad", errors: [body] }));
  });
  const sink = openSink(PAGERDUTY, { ...CONFIG, url: echo.address }, { files: { key: KEY } });

  const outcome = await sink.deliver(SAMPLE, FIRST);

  expect(outcome).toMatchObject({ reason: expect.stringContaining('bad; {"routing_key":"…"') });
  expect(JSON.stringify(outcome)).not.toContain(KEY);
});

test("it comes again when PagerDuty says so", async () => {
  await using pagerDuty = await startPagerDuty({ routingKey: KEY });
  const sink = openSink(
    PAGERDUTY,
    { ...CONFIG, url: `${pagerDuty.address}/v2/enqueue` },
    {
      files: { key: KEY },
    },
  );
  pagerDuty.beBusy(1, { code: 429, retryAfterSeconds: 7 });
  pagerDuty.beBusy(1, { code: 500 });

  expect(await sink.deliver(SAMPLE, FIRST)).toMatchObject({
    status: "retryable",
    retryAfterMs: 7_000,
  });
  expect(await sink.deliver(SAMPLE, FIRST)).toMatchObject({ status: "retryable" });
  expect(await sink.deliver(SAMPLE, FIRST)).toEqual({ status: "delivered" });
});

test("a key that is changed is used at once, and one that is none is not", async () => {
  await using pagerDuty = await startPagerDuty({ routingKey: KEY });
  const files = { key: "f".repeat(32) };
  const sink = openSink(
    PAGERDUTY,
    { ...CONFIG, url: `${pagerDuty.address}/v2/enqueue` },
    {
      files,
    },
  );

  expect(await sink.deliver(SAMPLE, FIRST)).toHaveProperty("status", "refused");
  files.key = KEY;
  expect(await sink.deliver(SAMPLE, FIRST)).toHaveProperty("status", "delivered");
  files.key = "half a key";
  expect(await sink.deliver(SAMPLE, FIRST)).toHaveProperty("status", "delivered");
});

test.each([
  ["a key that is none", { routingKeyFile: "bad" }, /bad: holds no integration key/],
  ["a key that is nowhere", { routingKeyFile: "nowhere" }, /no such file/],
  ["a certificate that is none", { ...CONFIG, caFile: "bad" }, /bad: no certificate/],
  ["an address without TLS", { ...CONFIG, url: "http://proxy.example/v2" }, /plainHttp/],
  ["an address with a password", { ...CONFIG, url: "https://a:b@proxy.example/" }, /password/],
  ["an address with a name", { ...CONFIG, url: "https://a@proxy.example/" }, /password/],
  ["no key", {}, /routingKeyFile/],
  ["an unknown region", { ...CONFIG, region: "mars" }, /region/],
  ["a misspelt option", { ...CONFIG, reigon: "eu" }, /reigon/],
])("%s is refused at the start", (_, config, fault) => {
  const files = { key: KEY, bad: "short" };

  expect(() => openSink(PAGERDUTY, config, { files })).toThrow(fault);
});

test("without TLS it is sent where the operator says that the way is safe", () => {
  const config = { ...CONFIG, url: "http://proxy.example/v2", plainHttp: true };

  expect(openSink(PAGERDUTY, config, { files: { key: KEY } }).name).toBe("sample");
});
