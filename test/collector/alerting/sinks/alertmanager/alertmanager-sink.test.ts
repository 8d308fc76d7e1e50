import { describe, expect, test } from "vitest";
import { z } from "zod";

import type { Notification } from "../../../../../collector/alerting/notification.ts";
import { ALERTMANAGER } from "../../../../../collector/alerting/sinks/alertmanager/alertmanager-sink.ts";
import { requires } from "../../../../support/requires.ts";
import { startHttp } from "../support/http-stand-in.ts";
import { FIRST, openSink } from "../support/open-sink.ts";
import { HOSTILE_INCIDENT, SAMPLE, SAMPLE_INCIDENT } from "../support/sample-notification.ts";
import { type Alertmanager, startAlertmanager } from "./start-alertmanager.ts";

const { alertmanager } = requires;

const alertsSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ state: z.string() }),
    endsAt: z.string(),
  }),
);

/** Now: it resolves what ends before its own clock. */
function happening(action: Notification["action"], incident = SAMPLE_INCIDENT): Notification {
  return { ...SAMPLE, action, incident, at: Date.now() };
}

async function listAlerts(real: Alertmanager): Promise<z.infer<typeof alertsSchema>> {
  return alertsSchema.parse(await real.get("/api/v2/alerts"));
}

describe.skipIf(!alertmanager.available)(`of a real Alertmanager${alertmanager.note}`, () => {
  test("an incident that is told again is told on once, and its end as well", async () => {
    await using real = await startAlertmanager();
    const sink = openSink(ALERTMANAGER, { urls: [real.address] });

    const outcome = await sink.deliver(happening("trigger"), FIRST);
    expect(outcome).toEqual({ status: "delivered", reference: "critical page" });
    await expect.poll(() => real.told.length).toBe(1);
    const context = { ...FIRST, reference: "critical page" };
    await sink.deliver(happening("update"), context);
    await sink.deliver(happening("acknowledge"), context);
    expect(await listAlerts(real)).toHaveLength(1);
    await sink.deliver(happening("resolve"), context);
    await expect.poll(() => real.told.length).toBe(2);

    expect(real.told.map(({ status }) => status)).toEqual(["firing", "resolved"]);
    expect(real.told[0]?.alerts).toEqual([
      {
        status: "firing",
        labels: expect.objectContaining({
          alertname: "runner-memory-read",
          incident: SAMPLE_INCIDENT.id,
          severity: "critical",
          tenant: "acme",
        }),
        annotations: expect.objectContaining({
          summary: "critical runner-memory-read in acme/app",
          runbook_url: SAMPLE_INCIDENT.links.runbook,
        }),
        generatorURL: SAMPLE_INCIDENT.links.incident,
      },
    ]);
  });

  test("one that is silenced there is told to nobody, and stays told", async () => {
    await using real = await startAlertmanager();
    await real.post("/api/v2/silences", {
      matchers: [{ name: "tenant", value: "acme", isRegex: false, isEqual: true }],
      startsAt: new Date(Date.now() - 1_000).toISOString(),
      endsAt: new Date(Date.now() + 60_000).toISOString(),
      createdBy: "test",
      comment: "drill",
    });
    const sink = openSink(ALERTMANAGER, { urls: [real.address] });

    await sink.deliver(happening("trigger"), FIRST);
    await sink.deliver(
      happening("trigger", { ...SAMPLE_INCIDENT, id: "another", tenant: "other" }),
      FIRST,
    );

    await expect.poll(() => real.told.length).toBe(1);
    expect(real.told[0]?.alerts[0]?.labels["tenant"]).toBe("other");
    const alerts = await listAlerts(real);
    expect(alerts.find(({ labels }) => labels["tenant"] === "acme")?.status.state).toBe(
      "suppressed",
    );
  });

  test("one that became graver is one alert, and not two", async () => {
    await using real = await startAlertmanager();
    const sink = openSink(ALERTMANAGER, { urls: [real.address] });
    const before = { ...SAMPLE_INCIDENT, severity: "medium", urgency: "ticket" as const };

    await sink.deliver(happening("trigger", before), FIRST);
    await sink.deliver(happening("update"), { ...FIRST, reference: "medium ticket" });

    const alerts = await listAlerts(real);
    expect(alerts.map(({ labels }) => labels["severity"])).toEqual(["critical"]);
  });

  test("it stands for longer than until it is told again", async () => {
    await using real = await startAlertmanager();
    const sink = openSink(ALERTMANAGER, { urls: [real.address] });
    const notification = happening("trigger");

    await sink.deliver(notification, FIRST);

    const [alert] = await listAlerts(real);
    const standsForMs = Date.parse(alert?.endsAt ?? "") - notification.at;
    expect(standsForMs).toBeGreaterThanOrEqual(3 * (sink.repeatMs ?? 0));
  });

  test("whatever a job writes into an incident is taken, and shown", async () => {
    await using real = await startAlertmanager();
    const sink = openSink(ALERTMANAGER, { urls: [real.address] });

    expect(await sink.deliver(happening("trigger", HOSTILE_INCIDENT), FIRST)).toMatchObject({
      status: "delivered",
    });
    const [alert] = await listAlerts(real);
    expect(alert?.labels["repository"]).toMatch(/^a\\r\\nBcc: evil@example.org/);
  });

  test("a member of the cluster that does not answer holds nobody up", async () => {
    await using real = await startAlertmanager();
    const sink = openSink(ALERTMANAGER, { urls: ["http://127.0.0.1:1", real.address] });

    expect(await sink.deliver(happening("trigger"), FIRST)).toMatchObject({ status: "delivered" });
  });
});

test.each([
  [{ passwordFile: "token" }, "Bearer s3cret"],
  [{ username: "guard", passwordFile: "token" }, `Basic ${btoa("guard:s3cret")}`],
])("what it is asked with is of the file: %o", async (config, authorization) => {
  await using standIn = await startHttp((_, response) => response.end());
  const sink = openSink(
    ALERTMANAGER,
    { ...config, urls: [`${standIn.address}/prefix/`] },
    { files: { token: "s3cret" } },
  );

  await sink.deliver(SAMPLE, FIRST);

  expect(standIn.received).toMatchObject([
    { method: "POST", path: "/prefix/api/v2/alerts", headers: { authorization } },
  ]);
});

test.each([
  [400, "refused"],
  [503, "retryable"],
] as const)("an answer of %i is %s, with what it says", async (code, status) => {
  await using standIn = await startHttp((_, response) => {
    response.writeHead(code).end('"bad\u001b[31m"');
  });
  const outcome = await openSink(ALERTMANAGER, { urls: [standIn.address] }).deliver(SAMPLE, FIRST);

  expect(outcome).toMatchObject({ status });
  expect(outcome).toMatchObject({ reason: expect.stringMatching(/: "bad\\u\{1b\}\[31m"$/) });
});

test.each(["http://alertmanager.example:9093", "ftp://alertmanager.example", "alertmanager"])(
  "%s is refused, with what to write instead",
  (url) => {
    const config = { type: "alertmanager", urls: [url] };

    expect(() => ALERTMANAGER.prepare(config)).toThrow("no address that begins with https://");
    expect(() => ALERTMANAGER.prepare({ ...config, urls: [] })).toThrow("Too small");
  },
);

test("a way that the operator calls safe needs no TLS", () => {
  const config = { type: "alertmanager", urls: ["http://alertmanager:9093"], plainHttp: true };

  expect(ALERTMANAGER.prepare(config)).toBeDefined();
});
