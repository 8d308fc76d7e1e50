import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createReportBuilder } from "../../../agent/report/report-builder.ts";
import { defaultReportLimits, type ReportLimits } from "../../../agent/report/report-limits.ts";
import type { GuardEvent } from "../../../protocol/events.ts";
import { type Report, reportSchema } from "../../../protocol/report.ts";
import {
  connection,
  dnsQuery,
  fileRead,
  fileWritten,
  finding,
  finishedRun,
  idOf,
  memoryAccess,
  privilegedOperation,
  processExited,
  processStarted,
} from "./run-events.ts";

const limits: ReportLimits = {
  processes: 6,
  reservedProcesses: 3,
  waitingProcesses: 2,
  connections: 4,
  reservedConnections: 2,
  files: 3,
  others: 2,
  reservedDnsQueries: 0,
  reservedSecrets: 0,
  earlierPrograms: 2,
  dnsAnswers: 2,
  text: { total: 10_000, characters: 100, spentCharacters: 10, members: 8, spentMembers: 2 },
};

function reportOf(events: Iterable<GuardEvent>, change: Partial<ReportLimits> = {}): Report {
  const builder = createReportBuilder({ limits: { ...limits, ...change } });
  for (const event of events) builder.add(event);
  return builder.build(finishedRun);
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test("the first files win the places; the others are counted", () => {
  const report = reportOf(range(10).map((n) => fileWritten(1, `/f${n}`, { count: n })));
  expect(report.files.map(({ path }) => path)).toEqual(["/f1", "/f2", "/f3"]);
  expect(report.totals.files).toBe(55);
  expect(report.dropped.notListed).toEqual({ files: 49 });
});

test("a flood of allowed connections leaves room for forbidden ones", () => {
  const allowed = range(50).map((port) =>
    connection(1, { destination: { ip: "127.0.0.1", port } }),
  );
  const report = reportOf([...allowed, connection(1, { verdict: "would-block" })]);
  expect(report.connections.map(({ verdict }) => verdict)).toEqual([
    "allowed",
    "allowed",
    "would-block",
  ]);
});

test("a flood of small findings leaves room for a grave one", () => {
  const report = reportOf([
    ...range(50).map((pid) => finding(pid)),
    finding(99, { severity: "critical" }),
  ]);
  expect(report.findings.map(({ severity }) => severity)).toEqual(["low", "low", "critical"]);
  expect(report.totals.findings).toBe(51);
  expect(report.dropped.notListed["findings"]).toBe(48);
});

test("a process beyond the list is listed after all when a connection is its", () => {
  const report = reportOf([
    ...range(5).map((pid) => processStarted(pid)),
    connection(5),
    processExited(5, 7),
  ]);
  expect(report.processes.map(({ pid }) => pid)).toEqual([1, 2, 3, 5]);
  expect(report.processes.at(-1)?.exitCode).toBe(7);
  expect(report.dropped.notListed).toEqual({ processes: 1 });
});

test("a process beyond the list brings its ancestors with it when a finding is its", () => {
  const report = reportOf([
    ...range(3).map((pid) => processStarted(pid)),
    processStarted(4),
    processStarted(5, { parent: idOf(4) }),
    finding(5),
  ]);
  expect(report.processes.map(({ pid }) => pid)).toEqual([1, 2, 3, 5, 4]);
});

test("files do not use up the places reserved for processes", () => {
  const report = reportOf([...range(5).map((pid) => processStarted(pid)), fileWritten(5, "/f")]);
  expect(report.processes.map(({ pid }) => pid)).toEqual([1, 2, 3]);
});

test("a process that waited too long is forgotten and its total stays right", () => {
  const report = reportOf([...range(20).map((pid) => processStarted(pid)), connection(10)]);
  expect(report.processes.map(({ pid }) => pid)).toEqual([1, 2, 3]);
  expect(report.totals.processes).toBe(20);
  expect(report.dropped.notListed).toEqual({ processes: 17 });
});

test("only the last programs of a process that keeps executing are kept", () => {
  const report = reportOf(range(9).map((n) => processStarted(1, { executable: `/bin/p${n}` })));
  expect(report.processes[0]?.earlierPrograms?.map(({ executable }) => executable)).toEqual([
    "/bin/p7",
    "/bin/p8",
  ]);
});

test("a loop of executions does not use up the room for text", () => {
  const looping = range(1_000).map((n) => processStarted(1, { args: [`${n}`.padEnd(90, "x")] }));
  const report = reportOf([...looping, fileWritten(1, `/${"y".repeat(90)}`)]);
  expect(report.files[0]?.path).toBe(`/${"y".repeat(90)}`);
});

test("an overlong path is cut and says by how much", () => {
  const report = reportOf([fileWritten(1, "x".repeat(1_000_000))]);
  expect(report.files[0]?.path).toBe(`${"x".repeat(100)}…[999900 more characters]`);
});

test("arguments beyond the limit are left out, and the entry says so", () => {
  const report = reportOf([processStarted(1, { args: range(50).map(String) })]);
  expect(report.processes[0]).toMatchObject({ argsTruncated: true });
  expect(report.processes[0]?.args).toHaveLength(8);
});

test("when the text of a report is used up later entries are listed in short", () => {
  const events = range(300).map((n) => fileWritten(1, `/${n}`.padEnd(90, "x")));
  const report = reportOf(events, { files: 300 });
  expect(report.files).toHaveLength(300);
  expect(report.files.at(-1)?.path).toMatch(/^\/300x{6}…\[\d+ more characters\]$/);
});

test("evidence nested without end is cut off", () => {
  const evidence: Record<string, unknown> = { list: range(50) };
  evidence["self"] = evidence;
  const report = reportOf([finding(1, { evidence })]);
  expect(JSON.stringify(report.findings).length).toBeLessThan(5_000);
  expect(report.findings[0]?.evidence["list"]).toHaveLength(8);
});

function sum(list: readonly { count: number }[]): number {
  return list.reduce((total, { count }) => total + count, 0);
}

const pid = fc.integer({ min: 1, max: 12 });
const anyEvent: fc.Arbitrary<GuardEvent> = fc.oneof(
  fc.tuple(pid, fc.boolean()).map(([n, executed]) => processStarted(n, { executed })),
  pid.map((n) => processExited(n)),
  fc
    .tuple(pid, fc.nat(5), fc.constantFrom("allowed" as const, "blocked" as const))
    .map(([n, count, verdict]) => connection(n, { count, verdict })),
  fc.tuple(pid, fc.nat(5)).map(([n, count]) => fileWritten(n, `/f${n % 5}`, { count })),
  pid.map((n) => fileRead(n, `/r${n}`)),
  pid.map((n) => dnsQuery(n, `n${n}`)),
  pid.map((n) => memoryAccess(n, n)),
  pid.map((n) => privilegedOperation(n, "x")),
  pid.map((n) => finding(n)),
);

test("whatever comes, what is listed and what is not add up to the totals", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 200 }), (events) => {
      // Ids of processes that were forgotten come again here, which no kernel does; so all may wait.
      const report = reportOf(events, { waitingProcesses: 100 });
      reportSchema.parse(report);
      const { notListed } = report.dropped;
      const started = events.filter((event) => event.kind === "process-started");
      expect(report.totals.processes).toBe(new Set(started.map(({ process }) => process)).size);
      expect(report.totals.executions).toBe(started.filter(({ executed }) => executed).length);
      expect(report.processes.length + (notListed["processes"] ?? 0)).toBe(report.totals.processes);
      expect(report.findings.length + (notListed["findings"] ?? 0)).toBe(report.totals.findings);
      for (const list of ["connections", "files", "fileReads", "dnsQueries"] as const) {
        expect(sum(report[list]) + (notListed[list] ?? 0)).toBe(report.totals[list]);
      }
      for (const list of ["memoryAccesses", "privilegedOperations"] as const) {
        expect(sum(report[list]) + (notListed[list] ?? 0)).toBe(report.totals[list]);
      }
    }),
  );
});

test("a flood fills the default lists to their bounds and no further", () => {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  const flood = 60_000;
  for (let n = 1; n <= flood; n += 1) {
    builder.add(processStarted(n));
    builder.add(fileWritten(n, `/f${n}`));
    builder.add(connection(n, { verdict: "would-block" }));
  }
  const report = builder.build(finishedRun);
  expect(report.processes).toHaveLength(defaultReportLimits.processes);
  expect(report.files).toHaveLength(defaultReportLimits.files);
  expect(report.connections).toHaveLength(defaultReportLimits.connections);
  expect(report.totals).toMatchObject({ processes: flood, files: flood, connections: flood });
});
