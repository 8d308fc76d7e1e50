import { expect, test } from "vitest";

import { createReportBuilder } from "../../../agent/report/report-builder.ts";
import { defaultReportLimits } from "../../../agent/report/report-limits.ts";
import type { GuardEvent } from "../../../protocol/events.ts";
import { type Report, reportSchema } from "../../../protocol/report.ts";
import {
  connection,
  dnsQuery,
  eventsDropped,
  fileRead,
  fileWritten,
  finding,
  finishedRun,
  idOf,
  memoryAccess,
  momentAt,
  privilegedOperation,
  processExited,
  processStarted,
  secretFound,
} from "./run-events.ts";

function reportOf(...events: GuardEvent[]): Report {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const event of events) builder.add(event);
  return builder.build(finishedRun);
}

test("a report of one event of each kind is what the schema says", () => {
  const report = reportOf(
    processStarted(1),
    connection(1, { results: { established: 1 } }),
    dnsQuery(1, "example.org"),
    fileWritten(1, "/etc/a", { operation: "rename", originalPath: "/etc/b" }),
    fileRead(1, "/root/.netrc"),
    memoryAccess(1, 7),
    privilegedOperation(1, "/dev/sda1"),
    finding(1),
    eventsDropped("kernel-ring-full", 3, "exec"),
    secretFound("github-token", "output of the job"),
    processExited(1),
  );
  expect(reportSchema.strict().parse(report)).toEqual(report);
  expect(report.totals).toEqual({
    processes: 1,
    executions: 1,
    connections: 1,
    dnsQueries: 1,
    files: 1,
    fileReads: 1,
    memoryAccesses: 1,
    privilegedOperations: 1,
    findings: 1,
  });
});

test("entries carry nothing of an event's envelope", () => {
  const report = reportOf(connection(1), fileWritten(1, "/etc/a"), finding(1));
  for (const entry of [report.connections[0], report.files[0], report.findings[0]]) {
    expect(Object.keys(entry ?? {})).not.toContain("seq");
    expect(Object.keys(entry ?? {})).not.toContain("observedAt");
    expect(entry?.processId).toBe(idOf(1));
  }
});

test("connections of the same process to the same place are one, with all of their counts", () => {
  const report = reportOf(
    connection(1, { firstSeen: momentAt(5), lastSeen: momentAt(9), results: { refused: 1 } }),
    connection(1, { count: 3, firstSeen: momentAt(2), lastSeen: momentAt(7), bytesSent: 10 }),
    connection(1, { count: 0, results: { refused: 1, established: 2 }, bytesReceived: 4 }),
  );
  expect(report.connections).toHaveLength(1);
  expect(report.connections[0]).toMatchObject({
    count: 4,
    firstSeen: momentAt(0),
    lastSeen: momentAt(9),
    results: { refused: 2, established: 2 },
    bytesSent: 10,
    bytesReceived: 4,
  });
  expect(report.totals.connections).toBe(4);
});

test("packets that the kernel refused are added up, and absent where its log was not read", () => {
  const report = reportOf(
    connection(1, { verdict: "blocked" }),
    connection(1, { verdict: "blocked", count: 0, packetsRefused: 3 }),
    connection(1, { verdict: "blocked", count: 0, packetsRefused: 2 }),
    connection(2),
  );
  expect(report.connections.map(({ packetsRefused }) => packetsRefused)).toEqual([5, undefined]);
});

test("a packet that no sensor saw anyone send is listed, and nobody for it", () => {
  const report = reportOf({ ...connection(1), process: null, packetsRefused: 1 });
  expect(report.connections).toMatchObject([{ processId: null, packetsRefused: 1 }]);
});

test("questions for a name keep the rule that decided, and differ by it", () => {
  const refused = { ...dnsQuery(1, "a.example"), verdict: "blocked", rule: "default" } as const;
  const report = reportOf(refused, refused, { ...refused, rule: "egress.deny: *.example" });
  expect(report.dnsQueries.map(({ rule, count }) => [rule, count])).toEqual([
    ["default", 2],
    ["egress.deny: *.example", 1],
  ]);
});

test("what was in force is passed on, its texts within bounds", () => {
  const long = "x".repeat(10_000);
  const set = {
    id: long,
    asOf: "2026-03-01",
    reason: long,
    destinations: Array.from({ length: 900 }, () => long),
  };
  const builder = createReportBuilder({ limits: defaultReportLimits });
  const { enforcement } = builder.build({
    ...finishedRun,
    enforcement: {
      mechanism: "nftables",
      scope: "command",
      reason: long,
      builtIn: Array.from({ length: 90 }, () => set),
      packetsRefused: 3,
      namesRefused: 2,
      restored: 1,
      withheld: Array.from({ length: 90 }, () => long),
    },
  });
  const counts = { packetsRefused: 3, namesRefused: 2, restored: 1 };
  expect(enforcement).toMatchObject({ mechanism: "nftables", scope: "command", ...counts });
  expect(enforcement?.reason?.length).toBeLessThan(5_000);
  expect(enforcement?.builtIn).toHaveLength(64);
  expect(enforcement?.builtIn[0]?.id.length).toBeLessThan(5_000);
  expect(enforcement?.builtIn[0]?.destinations).toHaveLength(512);
  expect(enforcement?.withheld).toHaveLength(64);
  expect(enforcement?.withheld?.[0]?.length).toBeLessThan(5_000);
});

test("a report of a guard without enforcement says nothing of it", () => {
  expect(reportOf()).not.toHaveProperty("enforcement");
});

test.each([
  { what: "the process", change: { process: idOf(2) } },
  { what: "the transport", change: { network: { transport: "udp", family: "ipv4" } } },
  { what: "the address", change: { destination: { ip: "192.0.2.2", port: 443 } } },
  { what: "the port", change: { destination: { ip: "192.0.2.1", port: 80 } } },
  {
    what: "the name",
    change: { destination: { ip: "192.0.2.1", port: 443, domain: "a.example" } },
  },
  { what: "the verdict", change: { verdict: "would-block" } },
  { what: "the rule", change: { rule: "*.example.com:443" } },
] as const)("connections that differ in $what are two", ({ change }) => {
  expect(reportOf(connection(1), connection(1, change)).connections).toHaveLength(2);
});

test("no path can be made up so that it is taken for another one", () => {
  const report = reportOf(
    fileWritten(1, "/a", { operation: "rename", originalPath: "/b" }),
    fileWritten(1, "/a2:/b9:undefined", { operation: "rename" }),
    fileWritten(1, "/a2:/b", { operation: "rename" }),
  );
  expect(report.files).toHaveLength(3);
});

test("a process that executes another program keeps its identity and remembers the former program", () => {
  const report = reportOf(
    processStarted(1, { executable: "/usr/bin/env", args: ["env", "cc"], observedAt: momentAt(1) }),
    processStarted(1, { executable: "/usr/bin/cc", args: ["cc"], observedAt: momentAt(2) }),
    processExited(1, 3),
  );
  expect(report.processes).toHaveLength(1);
  expect(report.processes[0]).toMatchObject({
    id: idOf(1),
    executable: "/usr/bin/cc",
    args: ["cc"],
    startedAt: momentAt(1),
    endedAt: momentAt(999_999),
    exitCode: 3,
    earlierPrograms: [{ executable: "/usr/bin/env", args: ["env", "cc"] }],
  });
  expect(report.totals).toMatchObject({ processes: 1, executions: 2 });
});

test("a fork that executes a program has no earlier program: it only ran its parent's", () => {
  const report = reportOf(
    processStarted(1, { executed: false, executable: "/bin/sh" }),
    processStarted(1, { executable: "/usr/bin/cc" }),
  );
  expect(report.processes[0]?.executable).toBe("/usr/bin/cc");
  expect(report.processes[0]).not.toHaveProperty("earlierPrograms");
  expect(report.totals).toMatchObject({ processes: 1, executions: 1 });
});

test("a fork told of twice does not undo the program that was executed in between", () => {
  const report = reportOf(
    processStarted(1, { executable: "/usr/bin/cc" }),
    processStarted(1, { executed: false, executable: "/bin/sh" }),
  );
  expect(report.processes[0]?.executable).toBe("/usr/bin/cc");
});

test("answers to the same question are joined without repeating any", () => {
  const report = reportOf(
    dnsQuery(1, "a.example", ["192.0.2.1"]),
    dnsQuery(1, "a.example", ["192.0.2.1", "192.0.2.2"]),
  );
  expect(report.dnsQueries).toHaveLength(1);
  expect(report.dnsQueries[0]).toMatchObject({ count: 2, answers: ["192.0.2.1", "192.0.2.2"] });
});

test("what sensors lost is added up by reason and by kind", () => {
  const report = reportOf(
    eventsDropped("kernel-ring-full", 3, "exec"),
    eventsDropped("kernel-ring-full", 4, "file-open"),
    eventsDropped("__proto__", 1),
  );
  expect(Object.entries(report.dropped.byReason)).toEqual([
    ["kernel-ring-full", 7],
    ["__proto__", 1],
  ]);
  expect(report.dropped.byKind).toEqual({ exec: 3, "file-open": 4 });
});

test("a report that was built does not change with later events", () => {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  const events = [
    processStarted(1),
    connection(1, { results: { refused: 1 } }),
    dnsQuery(1, "a.example", ["192.0.2.1"]),
    fileWritten(1, "/etc/a"),
    eventsDropped("kernel-ring-full", 1),
  ];
  for (const event of events) builder.add(event);
  const before = builder.build(finishedRun);
  const copy = structuredClone(before);
  for (const event of [...events, dnsQuery(1, "a.example", ["192.0.2.9"]), processExited(1)]) {
    builder.add(event);
  }
  expect(before).toEqual(copy);
  expect(builder.build(finishedRun).totals.connections).toBe(2);
});

test("of the posture a report keeps the score and what failed", () => {
  const check = { id: "run-as-root", severity: "medium", message: "the job runs as root" } as const;
  const other = { severity: "high", message: "said" } as const;
  const report = reportOf({
    kind: "posture",
    seq: 1,
    observedAt: momentAt(1),
    score: 95,
    checks: [
      { ...check, status: "failed" },
      { ...other, id: "a", status: "passed" },
      { ...other, id: "b", status: "unknown" },
      { ...other, id: "c", status: "not-applicable" },
    ],
  });

  expect(reportSchema.strict().parse(report).posture).toEqual({ score: 95, failed: [check] });
});

test("a report says nothing of a posture that nobody looked at", () => {
  expect(reportOf(processStarted(1))).not.toHaveProperty("posture");
});
