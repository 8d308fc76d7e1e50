import { expect, test } from "vitest";

import { toAlerts } from "../../../../../collector/alerting/sinks/alertmanager/to-alerts.ts";
import {
  HOSTILE_INCIDENT,
  SAMPLE,
  SAMPLE_INCIDENT,
  sampleOf,
  UNSEEN,
} from "../support/sample-notification.ts";

const OPTIONS = {
  labels: { team: "platform", tenant: "x" },
  toldAs: undefined,
  standsForMs: 3_600_000,
};

test("an incident is an alert by its own labels, before those of the operator", () => {
  expect(toAlerts(SAMPLE, OPTIONS)).toEqual([
    {
      labels: {
        team: "platform",
        alertname: "runner-memory-read",
        source: "runner-guard",
        incident: SAMPLE_INCIDENT.id,
        tenant: "acme",
        severity: "critical",
        urgency: "page",
        repository: "acme/app",
        workflow: ".github/workflows/release.yml",
        job_name: "publish",
      },
      annotations: {
        technique: "T1003.007",
        ref: "refs/heads/main",
        actor: "dependabot[bot]",
        summary: "critical runner-memory-read in acme/app",
        description: "python3 reads the memory of Runner.Worker by /proc/PID/mem",
        state: "new",
        first_seen: "2026-03-01T12:00:00.000000Z",
        last_seen: "2026-03-01T12:00:29.000000Z",
        runs: "1",
        findings: "1",
        responses: "the agent killed the process",
        runbook_url: SAMPLE_INCIDENT.links.runbook,
        run_url: SAMPLE_INCIDENT.links.run,
        job_url: SAMPLE_INCIDENT.links.job,
      },
      startsAt: "2026-03-01T12:00:00.000Z",
      endsAt: "2026-03-01T13:00:30.000Z",
      generatorURL: SAMPLE_INCIDENT.links.incident,
    },
  ]);
});

test("what an agent's clock says never makes it end before it begins", () => {
  const incident = { ...SAMPLE_INCIDENT, firstSeen: "2099-01-01T00:00:00Z" };
  const [alert] = toAlerts({ ...SAMPLE, action: "resolve", incident }, OPTIONS);

  expect(alert).toMatchObject({
    startsAt: "2026-03-01T12:00:30.000Z",
    endsAt: "2026-03-01T12:00:30.000Z",
  });
});

test("who has it in hand, and who has ended it, is told", () => {
  const [alert] = toAlerts(sampleOf("resolve"), OPTIONS);

  expect(alert?.annotations).toMatchObject({
    acknowledged_by: "anna (responder): looks at the runner",
    resolved_by: "anna (responder): a test of ours",
  });
});

test("hostile text is short, and hides nothing", () => {
  const [alert] = toAlerts({ ...SAMPLE, incident: HOSTILE_INCIDENT }, OPTIONS);
  const texts = [...Object.values(alert?.labels ?? {}), ...Object.values(alert?.annotations ?? {})];

  expect(texts.filter((text) => UNSEEN.test(text))).toEqual([]);
  expect(JSON.stringify(alert).length).toBeLessThan(8_192);
});
