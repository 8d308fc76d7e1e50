import { expect, test } from "vitest";

import { findOwnProcess, withoutOwnProcess } from "../../../action/summary/own-process.ts";
import { createReportBuilder } from "../../../agent/report/report-builder.ts";
import { defaultReportLimits } from "../../../agent/report/report-limits.ts";
import type { GuardEvent, Report } from "../../../protocol/index.ts";
import {
  connection,
  fileWritten,
  finding,
  finishedRun,
  idOf,
  processStarted,
} from "../../agent/report/run-events.ts";

const SOCKET = "/run/runner-guard/control.sock";
const OWN = 7;
const toSocket = (path: string): Parameters<typeof connection>[1] => ({
  network: { transport: "unix", family: "unix" },
  destination: { path },
});

function reportOf(...events: GuardEvent[]): Report {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const event of [processStarted(1), processStarted(OWN), ...events]) builder.add(event);
  return builder.build(finishedRun);
}

function withoutOwn(report: Report): Report {
  return withoutOwnProcess(report, { id: idOf(OWN), sockets: [SOCKET] });
}

test("a page does not tell of the process that makes it, and that it asked the guard", () => {
  const report = reportOf(connection(OWN, toSocket(SOCKET)), connection(1, toSocket(SOCKET)));
  const { processes, connections } = withoutOwn(report);

  expect(processes).toEqual([report.processes[0]]);
  expect(connections.map(({ processId }) => processId)).toEqual([report.processes[0]?.id]);
});

test.each([
  ["talked to something else", connection(OWN, toSocket("/tmp/control.sock"))],
  ["was kept from asking", connection(OWN, { ...toSocket(SOCKET), verdict: "blocked" })],
  ["wrote a file", fileWritten(OWN, "/etc/passwd")],
  ["was flagged", finding(OWN)],
  ["started something", { ...processStarted(8), parent: idOf(OWN) }],
])("of one that %s a page tells all", (_, event) => {
  const report = reportOf(connection(OWN, toSocket(SOCKET)), event);

  expect(withoutOwn(report)).toBe(report);
});

test("where it is not known which one it is, all is told", () => {
  const report = reportOf();

  expect(withoutOwnProcess(report, { id: undefined, sockets: [SOCKET] })).toBe(report);
});

test("it is named as the guard names it", () => {
  expect(findOwnProcess()).toMatch(new RegExp(`^${process.pid}-[0-9a-z]+$`));
});
