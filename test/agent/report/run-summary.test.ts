import { expect, test } from "vitest";

import { createReportBuilder } from "../../../agent/report/report-builder.ts";
import { defaultReportLimits } from "../../../agent/report/report-limits.ts";
import { type RunSummary, toRunSummary } from "../../../agent/report/summary/run-summary.ts";
import type { GuardEvent } from "../../../protocol/events.ts";
import {
  connection,
  fileWritten,
  finding,
  finishedRun,
  memoryAccess,
  processExited,
  processStarted,
} from "./run-events.ts";

function summaryOf(...events: GuardEvent[]): RunSummary {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const event of events) builder.add(event);
  return toRunSummary(builder.build(finishedRun), { maxDirectories: 4 });
}

test("unusual programs come first and everyday tools last", () => {
  const { programs } = summaryOf(
    processStarted(1, { executable: "/usr/bin/gcc" }),
    processStarted(2, { executable: "/work/tool" }),
    processStarted(3, { executable: "/tmp/x" }),
    processStarted(4, { executable: "/usr/bin/curl" }),
    connection(4, { verdict: "would-block" }),
    processStarted(5, { executable: "/memfd:x", image: "memfd" }),
    processStarted(6, { executable: "/usr/bin/git" }),
    finding(6),
  );
  expect(programs.map(({ executable }) => executable)).toEqual([
    "/usr/bin/git",
    "/memfd:x",
    "/usr/bin/curl",
    "/tmp/x",
    "/work/tool",
    "/usr/bin/gcc",
  ]);
});

test.each([
  { executable: "/tmp/x", trait: "temporary place" },
  { executable: "/dev/shm/x", trait: "temporary place" },
  { executable: "/home/u/.config/.x/y", trait: "hidden place" },
  { executable: "/work/.git/hooks/post-checkout", trait: "hidden place" },
  { executable: "/tmpfiles/x", trait: undefined },
  { executable: "/home/u/.cargo/bin/cargo", trait: undefined },
  { executable: "/work/node_modules/.bin/tsc", trait: undefined },
])("$executable is at a $trait", ({ executable, trait }) => {
  expect(summaryOf(processStarted(1, { executable })).programs[0]?.traits[0]).toBe(trait);
});

test("a workspace in a temporary place does not make its own programs unusual", () => {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  builder.add(processStarted(1, { executable: "/tmp/ws/build/app" }));
  const run = { ...finishedRun.run, workingDirectory: "/tmp/ws" };
  const report = builder.build({ ...finishedRun, run });
  expect(toRunSummary(report, { maxDirectories: 4 }).programs[0]?.traits).toEqual([]);
});

test("a compiler's name outside the system's directories is no everyday tool", () => {
  const { programs } = summaryOf(
    processStarted(1, { executable: "/work/bin/cc1" }),
    processStarted(2, { executable: "/usr/lib/gcc/x86_64-linux-gnu/14/cc1" }),
  );
  expect(programs.map(({ isEveryday }) => isEveryday)).toEqual([false, true]);
});

test("a fork that never executed anything ran no program", () => {
  expect(summaryOf(processStarted(1, { executed: false })).programs).toEqual([]);
});

function to(ip: string, domain?: string) {
  return { destination: { ip, port: 443, ...(domain !== undefined && { domain }) } };
}

test("destinations that would be blocked come first, then the network, then this machine", () => {
  const { destinations } = summaryOf(
    processStarted(1),
    connection(1, to("127.0.0.1")),
    connection(1, { ...to("192.0.2.1"), count: 2 }),
    connection(1, { ...to("192.0.2.2"), count: 9 }),
    connection(1, { ...to("192.0.2.3"), verdict: "would-block" }),
    connection(1, { ...to("192.0.2.4"), verdict: "blocked" }),
  );
  expect(destinations.map(({ host }) => host)).toEqual([
    "192.0.2.4",
    "192.0.2.3",
    "192.0.2.2",
    "192.0.2.1",
    "127.0.0.1",
  ]);
});

test("the addresses of one name are one destination, and the processes of one program too", () => {
  const { destinations } = summaryOf(
    processStarted(1),
    processStarted(2),
    connection(1, to("192.0.2.1", "cdn.example")),
    connection(2, to("192.0.2.2", "cdn.example")),
  );
  expect(destinations).toMatchObject([
    { host: "cdn.example", count: 2, addresses: ["192.0.2.1", "192.0.2.2"], program: "make" },
  ]);
});

test("writes inside the workspace and to devices that keep nothing are left out", () => {
  const { outsideWrites } = summaryOf(
    processStarted(1),
    fileWritten(1, "/work/build/a.o"),
    fileWritten(1, "/dev/null"),
    fileWritten(1, "/dev/pts/3"),
    fileWritten(1, "/workshop/a"),
  );
  expect(outsideWrites.map(({ place }) => place)).toEqual(["/workshop/a"]);
});

test("many directories become one higher one, and temporary ones come last as one", () => {
  const cache = Array.from({ length: 40 }, (_, n) => fileWritten(1, `/root/.cache/x/${n}/${n}/f`));
  const { outsideWrites } = summaryOf(
    processStarted(1),
    fileWritten(1, "/tmp/a/b"),
    fileWritten(1, "/tmp/c", { operation: "delete" }),
    fileWritten(1, "/etc/ld.so.preload"),
    ...cache,
  );
  expect(outsideWrites.map(({ place, files }) => [place, files])).toEqual([
    ["/etc/ld.so.preload", 1],
    ["/root/.cache/x/", 40],
    ["/tmp/", 2],
  ]);
});

test("a process without an end is still running", () => {
  const { stillRunning } = summaryOf(processStarted(1), processStarted(2), processExited(1));
  expect(stillRunning.map(({ pid }) => pid)).toEqual([2]);
});

test("the same finding of many processes of a program is one, and the gravest comes first", () => {
  const { findings } = summaryOf(
    processStarted(1),
    processStarted(2),
    finding(1),
    finding(2),
    finding(1, { severity: "critical", message: "Memory was read." }),
  );
  expect(findings.map(({ severity, count }) => [severity, count])).toEqual([
    ["critical", 1],
    ["low", 2],
  ]);
});

test("what was touched names the process it was done to where that is known", () => {
  const { touched } = summaryOf(
    processStarted(1, { executable: "/usr/bin/gdb" }),
    processStarted(2, { executable: "/opt/Runner.Worker" }),
    { ...memoryAccess(1, 2), target: { pid: 2, process: processStarted(2).process } },
    { ...memoryAccess(1, 9), succeeded: false },
  );
  expect(touched.map(({ object, succeeded }) => [object, succeeded])).toEqual([
    ["pid 2 (Runner.Worker)", true],
    ["pid 9", false],
  ]);
});
