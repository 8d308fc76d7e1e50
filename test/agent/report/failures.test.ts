import { expect, test } from "vitest";

import { findFailures } from "../../../agent/report/failures.ts";
import type { FinishedRun } from "../../../agent/report/report-builder.ts";
import { createReportBuilder } from "../../../agent/report/report-builder.ts";
import { defaultReportLimits } from "../../../agent/report/report-limits.ts";
import type { GuardEvent } from "../../../protocol/events.ts";
import { connection, dnsQuery, finding, finishedRun } from "./run-events.ts";

function reportOf(finished: Partial<FinishedRun>, ...events: GuardEvent[]) {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const event of events) builder.add(event);
  return builder.build({ ...finishedRun, ...finished });
}

test.each([
  ["automatic response", "a response of the collector's (operator-kill)"],
  ["responder 3f032ed3c46d", "operator-kill"],
])("a job that was ended by %s was ended for %s", (by, cause) => {
  const ended = finding(1, {
    rule: { id: "operator-kill", name: "The job was ended" },
    response: "kill-job",
    message: `${by} ended the job: it mines`,
    evidence: { by, reason: "it mines" },
  });
  expect(findFailures(reportOf({}, ended), [])).toEqual([
    `the job was ended for ${cause}: ${by} ended the job: it mines`,
  ]);
});

test("connections that were blocked are violations as those that would have been", () => {
  const report = reportOf(
    {},
    connection(1),
    connection(1, { verdict: "blocked", count: 2 }),
    connection(1, { verdict: "would-block" }),
  );
  expect(findFailures(report, ["violation"])).toEqual([
    "policy does not allow 3 of the connections",
  ]);
});

test("packets that the kernel refused of connections counted as allowed are a violation", () => {
  const report = reportOf({}, connection(1, { verdict: "blocked", count: 0, packetsRefused: 4 }));
  expect(findFailures(report, ["violation"])).toHaveLength(1);
});

test("a name that was asked for in vain is a violation without any connection", () => {
  const refused = { ...dnsQuery(1, "evil.example"), verdict: "blocked" as const };
  const report = reportOf({}, dnsQuery(1, "a.example"), refused, { ...refused, type: "AAAA" });
  expect(findFailures(report, ["violation"])).toEqual([
    "policy does not allow 2 questions for 1 name",
  ]);
});

test("a refused name behind thousands of allowed ones is a violation still", () => {
  const names = Array.from({ length: 6_000 }, (_, n) => dnsQuery(1, `${n}.allowed.example`));
  const refused = { ...dnsQuery(1, "evil.example"), verdict: "blocked" as const };
  expect(findFailures(reportOf({}, ...names, refused), ["violation"])).toHaveLength(1);
});

test.each([
  {
    requested: "block",
    effective: "audit",
    failures: ["mode audit was in force, not block (x; y)"],
  },
  {
    requested: "block",
    effective: "block (names only)",
    failures: ["mode block (names only) was in force, not block (x; y)"],
  },
  { requested: "block", effective: "block", failures: [] },
  { requested: "audit", effective: "audit", failures: [] },
] as const)(
  "$effective for $requested is degraded or not",
  ({ requested, effective, failures }) => {
    const report = reportOf({ mode: { requested, effective, reasons: ["x", "y"] } });
    expect(findFailures(report, ["degraded"])).toEqual(failures);
    expect(findFailures(report, ["violation"])).toEqual([]);
  },
);

test("a finding of severity high or above fails the run where that was asked for", () => {
  const tamper = finding(1, { severity: "critical" });
  const other = finding(1, { severity: "critical" });
  const report = reportOf({}, finding(1, { severity: "medium" }), tamper, other);

  expect(findFailures(report, ["finding-high"])).toEqual([
    `there is a finding of severity critical: ${tamper.rule.id} and 1 more`,
  ]);
  expect(findFailures(report, ["violation"])).toEqual([]);
  expect(findFailures(reportOf({}, finding(1, { severity: "medium" })), ["finding-high"])).toEqual(
    [],
  );
});

test("what a rule ended fails the run, whatever policy says, and the job's end is named first", () => {
  const ended = finding(1, { response: "kill-process", message: "dd read memory" });
  const job = finding(1, { response: "kill-job", message: "bash talks to the network" });

  expect(findFailures(reportOf({}, ended), [])).toEqual([
    "a process was ended for reverse-shell: dd read memory",
  ]);
  expect(findFailures(reportOf({}, ended, job), [])).toEqual([
    "the job was ended for reverse-shell: bash talks to the network",
  ]);
});
