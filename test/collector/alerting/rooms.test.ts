import { afterEach, expect, test } from "vitest";

import { createIncidentDesk } from "../../../collector/alerting/incident-desk.ts";
import type { IncidentsOfRoom, NewsFinding } from "../../../collector/stores/incident-store.ts";
import { type AlertingDesk, createTestSink, openAlertingDesk } from "./support/alerting-desk.ts";

let desk: AlertingDesk | undefined;
afterEach(async () => {
  await desk?.[Symbol.asyncDispose]();
  desk = undefined;
});

test("what nobody is told of, and what can wait, takes no room from pages", async () => {
  const sink = createTestSink("pager");
  desk = await openAlertingDesk([sink]);
  await desk.startRun("run");
  const finds: Promise<void>[] = [];
  for (const severity of ["low", "medium"])
    for (let index = 0; index < 20; index += 1)
      finds.push(
        desk.find({
          id: `new-destination-${severity}${index}`,
          message: `${severity} ${index}`,
          severity,
        }),
      );
  await Promise.all(finds);
  await desk.settle();
  for (const message of ["curl reached evil.example.", "sh reached worse.example."])
    await desk.find({ id: `new-destination-${message}`, message });
  await desk.settle();

  expect(sink.told.map(({ incident }) => incident.message)).toEqual([
    "curl reached evil.example.",
    "sh reached worse.example.",
  ]);
});

test("what is too many to be told apart says what the gravest of it is", async () => {
  const sink = createTestSink("pager");
  desk = await openAlertingDesk([sink]);
  await desk.startRun("run");
  const severities = [...Array<string>(17).fill("medium"), "high"];
  for (const [index, severity] of severities.entries())
    await desk.find({
      id: `new-destination-${index}`,
      message: `It reached ${index}.`,
      severity,
      evidence: { index },
    });
  await desk.passTime(60_000);

  const many = sink.told.find(({ incident }) => incident.message.startsWith("There are more"));
  expect(many?.incident).toMatchObject({ severity: "high", evidence: { index: 17 }, findings: 2 });
  expect(many?.incident.message).toMatch(/: It reached 17\.$/);
});

test("a tenant's pages beyond those that are told apart are one for each job, and beyond more still for each rule", () => {
  expect(countIncidents(4_000)).toEqual({ incidents: 2, asked: 3 });
  expect(countIncidents(5_000)).toEqual({ incidents: 1, asked: 3 });
});

/** Of four findings in two jobs, where so many are open already; with how often those were counted. */
function countIncidents(open: number) {
  let asked = 0;
  const incidents = createIncidentDesk(
    {
      findIncident: () => undefined,
      listOpenIncidents: () => [],
      findLastResolved: () => undefined,
      listResponsesOfRun: () => [],
      hasRunInIncident: () => false,
      countOpenIncidents({ job }: IncidentsOfRoom, limit) {
        asked += 1;
        return job === undefined ? Math.min(open, limit) : 0;
      },
    },
    1,
  );
  for (const [number, jobKey] of ["build", "build", "deploy", "deploy"].entries())
    incidents.take({
      number,
      change: "found",
      runId: jobKey,
      id: `${number}`,
      finding: { ...FINDING, jobKey, message: `${number}` },
    });
  return { incidents: incidents.changed.length, asked };
}

const FINDING: NewsFinding = {
  tenant: "default",
  jobKey: "build",
  rule: "reverse-shell",
  severity: "critical",
  message: "",
  response: "report",
  firstSeen: "2026-02-02T12:00:00Z",
  lastSeen: "2026-02-02T12:00:00Z",
  technique: null,
  evidence: null,
  runStartedAt: 0,
  isStanding: true,
  acknowledged: null,
  incidentId: null,
  isOpen: false,
};
