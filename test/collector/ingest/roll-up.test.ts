import { describe, expect, test } from "vitest";

import { rollUp } from "../../../collector/ingest/roll-up.ts";
import { createKnownPrograms } from "../../../collector/ingest/run-programs.ts";
import type { GuardEvent, GuardEventOf } from "../../../protocol/index.ts";

const TODAY = "2026-01-31";
const AT = `${TODAY}T12:00:00.000001Z`;
const NOTHING = { network: { transport: "tcp", family: "ipv4" }, process: null } as const;

test("a destination is counted once a day, however often it was used", () => {
  const { destinations } = rollUpAll([connection(1, "a.example"), connection(2, "a.example")]);

  expect(destinations).toMatchObject([{ host: "a.example", day: TODAY, count: 2 }]);
});

test("a name is counted once a day for each verdict", () => {
  const { names } = rollUpAll([
    query(1, "a.example", "allowed"),
    query(2, "a.example", "allowed"),
    query(3, "a.example", "blocked"),
  ]);

  expect(names).toEqual([
    { name: "a.example", verdict: "allowed", day: TODAY, count: 2 },
    { name: "a.example", verdict: "blocked", day: TODAY, count: 1 },
  ]);
});

test.each<[string, (seq: number) => GuardEvent, "destinations" | "names" | "programs"]>([
  ["goes to", (seq) => connection(seq, `${seq}.example`), "destinations"],
  ["asks for", (seq) => query(seq, `${seq}.example`, "allowed"), "names"],
  ["starts", (seq) => started(seq, { process: `${seq}-0`, executable: `/${seq}` }), "programs"],
])(
  "a batch that %s another with each line keeps the first of them, and counts the others",
  (_, toEvent, member) => {
    const events = Array.from({ length: 1_500 }, (__, index) => toEvent(index + 1));
    const rollup = rollUpAll([...events, toEvent(1)]);

    expect([rollup[member].length, rollup[`${member}LeftOut`]]).toEqual([1_000, 500]);
    expect(rollup[member][0]?.count).toBe(2);
  },
);

describe("a day", () => {
  test.each<[string, string, string]>([
    ["of an agent that caught up", "2026-01-20", "2026-01-20"],
    ["of a clock that is ahead", "2026-02-01", "2026-02-01"],
    ["that is too long ago", "2025-12-30", TODAY],
    ["that is to come, and would never be too old", "9999-12-31", TODAY],
  ])("%s counts as %s: %s", (_, given, day) => {
    const event = { ...connection(1, "a.example"), lastSeen: `${given}T12:00:00.000001Z` };

    expect(rollUpAll([event]).destinations).toMatchObject([{ day }]);
  });
});

const SEEN = { eventsSeen: 0, eventsDropped: 0 };
const [KERNEL, PROC] = [
  { ...SEEN, name: "kernel" },
  { ...SEEN, name: "proc", status: "active" },
] as const;
test.each([
  [[{ ...KERNEL, status: "active" }], "nftables", { sensor: "kernel", enforcement: "nftables" }],
  [[{ ...KERNEL, status: "degraded" }, PROC], "dns", { sensor: "kernel", enforcement: "dns" }],
  [[{ ...KERNEL, status: "unavailable" }, PROC], "none", { sensor: "proc", enforcement: "none" }],
  [[{ ...KERNEL, status: "unavailable" }], undefined, { sensor: "none", enforcement: "none" }],
] as const)("a guard of %j and %s begins at a level", (sensors, mechanism, level) => {
  const first: GuardEvent = {
    seq: 1,
    observedAt: AT,
    kind: "guard-started",
    runId: "guard",
    version: "0.1.0",
    command: [],
    scope: "command",
    mode: { requested: "audit", effective: "audit", reasons: [] },
    ...(mechanism !== undefined && { enforcement: { mechanism, builtIn: [] } }),
    sensors: [...sensors],
  };

  expect(rollUpAll([first]).level).toEqual(level);
  expect(rollUpAll([connection(2, "a.example")]).level).toBeUndefined();
});

test("a text that is longer than any honest one is cut", () => {
  const { destinations, names, programs } = rollUpAll([
    connection(1, "a".repeat(1_000_000)),
    query(2, "b".repeat(1_000_000), "allowed"),
    started(3, { process: "1-1", executable: "c".repeat(1_000_000) }),
  ]);

  const texts = [destinations[0]?.host, names[0]?.name, programs[0]?.program];
  expect(texts.map((text) => text?.length)).toEqual([255, 255, 255]);
});

describe("a finding", () => {
  test("is stored with texts that have a bound, and those that differ are different still", () => {
    const long = "日".repeat(1_000_000);
    const { findings } = rollUpAll([
      finding(1, { id: `${long}1`, rule: `${long}1`, message: `${long}1` }),
      finding(2, { id: `${long}2`, rule: `${long}2`, message: `${long}2` }),
    ]);

    expect(findings.map(({ id, rule, message }) => [id, rule, message].map(toLength))).toEqual([
      [255, 128, 4_096],
      [255, 128, 4_096],
    ]);
    for (const member of ["id", "rule", "message"] as const) {
      expect([member, new Set(findings.map((told) => told[member])).size]).toEqual([member, 2]);
    }
  });

  test("that is as long as it may be is stored as it is", () => {
    const given = { id: "i".repeat(255), rule: "r".repeat(128), message: "m".repeat(4_096) };

    expect(rollUpAll([finding(1, given)]).findings).toMatchObject([given]);
  });

  test("of a guard has no name that one of the collector's own has", () => {
    const { findings } = rollUpAll([finding(1, { id: "guard-silent", rule: "guard-silent" })]);

    expect(findings).toMatchObject([{ id: "guard-silent-by-guard", rule: "guard-silent" }]);
  });
});

describe("a program", () => {
  test("is counted for what the process ran that started it, in whichever batch that was", () => {
    const programs = createKnownPrograms(BOUNDS).of("run");
    rollUp([started(1, { process: "1-1", executable: "/usr/bin/make" })], {
      today: TODAY,
      programs,
    });
    const rollup = rollUp(
      [
        started(2, { process: "2-1", parent: "1-1", executable: "/usr/bin/gcc" }),
        started(3, { process: "3-1", parent: "1-1", executable: "/usr/bin/gcc" }),
        started(4, { process: "4-1", parent: "9-9", executable: "/usr/bin/gcc" }),
      ],
      { today: TODAY, programs },
    );

    expect(rollup.programs).toEqual([
      { program: "/usr/bin/gcc", parent: "/usr/bin/make", day: TODAY, count: 2 },
      { program: "/usr/bin/gcc", parent: "", day: TODAY, count: 1 },
    ]);
  });

  test("is not counted again for a process that only goes on with it, and is known as that one's", () => {
    const { programs } = rollUpAll([
      { ...started(1, { process: "1-1", executable: "/bin/sh" }), executed: false },
      started(2, { process: "2-1", parent: "1-1", executable: "/bin/ls" }),
    ]);

    expect(programs).toEqual([{ program: "/bin/ls", parent: "/bin/sh", day: TODAY, count: 1 }]);
  });
});

describe("which programs processes are", () => {
  test("is another run's of its own, and forgotten with the process", () => {
    const known = createKnownPrograms(BOUNDS);
    known.of("a").remember("1-1", "/bin/sh");
    known.of("b").remember("1-1", "/bin/ls");
    known.of("a").forget("1-1");

    expect([known.of("a").find("1-1"), known.of("b").find("1-1")]).toEqual(["", "/bin/ls"]);
  });

  test("takes no more than its bounds: the processes of a run, of all, and runs", () => {
    const known = createKnownPrograms({ maxProcesses: 5, maxProcessesOfRun: 2, maxRuns: 10 });
    for (const run of ["a", "b", "c"]) {
      for (const process of ["1", "2", "3"]) known.of(run).remember(process, run);
    }
    const all = ["a", "b", "c"].map((run) =>
      ["1", "2", "3"].map((process) => known.of(run).find(process)),
    );

    expect(all).toEqual([
      ["", "", ""],
      ["", "b", "b"],
      ["", "c", "c"],
    ]);
  });

  test("takes none of a process whose id is longer than any that the kernel could have led to", () => {
    const programs = createKnownPrograms(BOUNDS).of("run");
    const [longest, longer] = [64, 65].map((length) => `1-${"a".repeat(length - 2)}`);
    programs.remember(longest ?? "", "/bin/sh");
    programs.remember(longer ?? "", "/bin/ls");

    expect([programs.find(longest ?? ""), programs.find(longer ?? "")]).toEqual(["/bin/sh", ""]);
  });
});

test("what a guard let go is counted by its reason, and by few of them", () => {
  const made = Array.from({ length: 100 }, (_, index) => drop(index + 3, `made up ${index}`));
  const { drops, dropped } = rollUpAll([drop(1, "ring-full"), drop(2, "ring-full"), ...made]);

  expect(drops[0]).toEqual({ sensor: "kernel", reason: "ring-full", count: 6 });
  expect([drops.length, dropped]).toEqual([16, 306]);
});

const BOUNDS = { maxProcesses: 100, maxProcessesOfRun: 100, maxRuns: 10 };

function rollUpAll(events: readonly GuardEvent[]) {
  return rollUp(events, { today: TODAY, programs: createKnownPrograms(BOUNDS).of("run") });
}

function connection(seq: number, domain: string): GuardEventOf<"connection"> {
  return {
    seq,
    observedAt: AT,
    kind: "connection",
    ...NOTHING,
    destination: { domain, port: 443 },
    verdict: "allowed",
    rule: "default",
    count: 1,
    firstSeen: AT,
    lastSeen: AT,
    results: {},
    bytesSent: 0,
    bytesReceived: 0,
  };
}

function query(
  seq: number,
  name: string,
  verdict: "allowed" | "blocked",
): GuardEventOf<"dns-query"> {
  const seen = { count: 1, firstSeen: AT, lastSeen: AT };
  const asked = { process: null, name, type: "A", verdict, answers: [] };
  return { seq, observedAt: AT, kind: "dns-query", ...asked, ...seen };
}

function started(
  seq: number,
  {
    process,
    parent = null,
    executable,
  }: { process: string; parent?: string | null; executable: string },
): GuardEventOf<"process-started"> {
  return {
    seq,
    observedAt: AT,
    kind: "process-started",
    process,
    parent,
    pid: seq,
    executed: true,
    executable,
    args: [],
    argsTruncated: false,
    workingDirectory: null,
    userId: 0,
    groupId: 0,
    image: "file",
  };
}

function finding(
  seq: number,
  { id, rule = "a-rule", message = "text" }: { id: string; rule?: string; message?: string },
): GuardEventOf<"finding"> {
  const seen = { count: 1, firstSeen: AT, lastSeen: AT };
  return {
    seq,
    observedAt: AT,
    kind: "finding",
    id,
    rule: { id: rule, name: "A rule" },
    severity: "low",
    process: null,
    message,
    evidence: {},
    response: "report",
    ...seen,
  };
}

function toLength(text: string): number {
  return text.length;
}

function drop(seq: number, reason: string): GuardEvent {
  return { seq, observedAt: AT, kind: "events-dropped", sensor: "kernel", reason, count: 3 };
}
