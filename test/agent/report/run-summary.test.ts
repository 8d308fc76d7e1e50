import { describe, expect, test } from "vitest";

import { parseDestinationPattern } from "../../../agent/egress/destination-pattern.ts";
import { renderTerminalSummary } from "../../../agent/report/render-terminal.ts";
import { createReportBuilder } from "../../../agent/report/report-builder.ts";
import { defaultReportLimits } from "../../../agent/report/report-limits.ts";
import { toConcerns } from "../../../agent/report/summary/concerns.ts";
import {
  toDestinationName,
  toDestinationNote,
  toForbiddenNote,
} from "../../../agent/report/summary/destination-words.ts";
import { toModeWords, toTotalsWords } from "../../../agent/report/summary/headline.ts";
import { type RunSummary, toRunSummary } from "../../../agent/report/summary/run-summary.ts";
import type { GuardEvent, GuardEventOf } from "../../../protocol/events.ts";
import type { Report } from "../../../protocol/report.ts";
import { renderPage } from "./render-page.ts";
import {
  connection,
  dnsQuery,
  fileWritten,
  finding,
  finishedRun,
  memoryAccess,
  processExited,
  processStarted,
} from "./run-events.ts";

type Enforcement = NonNullable<Report["enforcement"]>;

const ENFORCEMENT: Enforcement = {
  mechanism: "nftables",
  scope: "command",
  builtIn: [],
  packetsRefused: 0,
  namesRefused: 0,
  restored: 0,
};

function summaryOf(...events: GuardEvent[]): RunSummary {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const event of events) builder.add(event);
  return toRunSummary(builder.build(finishedRun), { maxDirectories: 4, bySteps: false });
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
  expect(toRunSummary(report, { maxDirectories: 4, bySteps: false }).programs[0]?.traits).toEqual(
    [],
  );
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

test("what was blocked comes first, then what would be, apart from what is allowed", () => {
  const { destinations, forbiddenDestinations } = summaryOf(
    processStarted(1),
    connection(1, to("127.0.0.1")),
    connection(1, { ...to("192.0.2.1"), count: 2 }),
    connection(1, { ...to("192.0.2.2"), count: 9 }),
    connection(1, { ...to("192.0.2.3"), verdict: "would-block" }),
    connection(1, { ...to("192.0.2.4"), verdict: "blocked" }),
  );
  expect(forbiddenDestinations.map(({ host }) => host)).toEqual(["192.0.2.4", "192.0.2.3"]);
  expect(destinations.map(({ host }) => host)).toEqual(["192.0.2.2", "192.0.2.1", "127.0.0.1"]);
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

function refused(pid: number, name: string, change: Partial<GuardEventOf<"dns-query">> = {}) {
  return { ...dnsQuery(pid, name), verdict: "blocked" as const, rule: "default", ...change };
}

test("the types that a program asks of a refused name are one row", () => {
  const { forbiddenNames } = summaryOf(
    processStarted(1),
    refused(1, "late.example", { verdict: "would-block" }),
    refused(1, "a.example"),
    refused(1, "a.example", { type: "AAAA", count: 2 }),
    refused(1, "a.example", { rule: "egress.deny: a.example" }),
    { ...refused(1, "a.example"), process: null },
    dnsQuery(1, "allowed.example"),
  );
  expect(
    forbiddenNames.map(({ name, types, program, count }) => [name, types, program, count]),
  ).toEqual([
    ["a.example", ["A", "AAAA"], "make", 3],
    ["a.example", ["A"], "make", 1],
    ["a.example", ["A"], "(not seen by a sensor)", 1],
    ["late.example", ["A"], "make", 1],
  ]);
});

test("a program that asked for a forbidden name stands out as one that went there", () => {
  const { programs } = summaryOf(processStarted(1), refused(1, "a.example"));
  expect(programs[0]?.traits).toEqual(["forbidden host"]);
});

function entriesOf(...events: GuardEvent[]): string[] {
  return summaryOf(...events).missingEntries.map(({ entry }) => entry);
}

test("what to allow is spelled as a policy takes it, with the port that was tried", () => {
  const blocked = { verdict: "blocked", rule: "default" } as const;
  const udp = { transport: "udp", family: "ipv4" } as const;
  const { missingEntries } = summaryOf(
    refused(1, "git.example"),
    refused(1, "registry.example"),
    refused(1, "registry.example", { type: "AAAA" }),
    connection(1, {
      ...blocked,
      destination: { ip: "192.0.2.1", port: 22, domain: "git.example" },
    }),
    connection(1, {
      ...blocked,
      network: udp,
      destination: { ip: "192.0.2.2", port: 443, domain: "quic.example" },
    }),
  );
  expect(missingEntries).toEqual([
    { entry: "git.example:22", isPortAssumed: false },
    { entry: "quic.example:443/udp", isPortAssumed: false },
    { entry: "registry.example:443", isPortAssumed: true },
  ]);
});

test.each([
  {
    what: "what an entry denies",
    event: refused(1, "a.example", { rule: "egress.deny: *.example" }),
  },
  { what: "a name of data", event: refused(1, `${"mzxw6ytb".repeat(6)}.example`) },
  {
    what: "a question that comes before no connection",
    event: refused(1, "a.example", { type: "TXT" }),
  },
  { what: "a name of one label", event: refused(1, "localhost") },
  { what: "text that is no name", event: refused(1, "a.example:443, *.evil.example") },
  { what: "a name with a line break behind", event: refused(1, "a.example\n") },
])("nobody is told how to allow $what", ({ event }) => {
  expect(summaryOf(event).missingEntries).toEqual([]);
});

function enforced(change: Partial<Enforcement>, ...events: GuardEvent[]): RunSummary {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const event of events) builder.add(event);
  const enforcement = { ...ENFORCEMENT, ...change };
  return toRunSummary(builder.build({ ...finishedRun, enforcement }), {
    maxDirectories: 4,
    bySteps: false,
  });
}

test("whoever changed the packet filter is named, by the process or by what the kernel says", () => {
  const byNft = finding(1, { rule: { id: "guard-tamper", name: "Guard tampered with" } });
  const { enforcement } = enforced(
    { restored: 2 },
    processStarted(1, { executable: "/usr/sbin/nft" }),
    byNft,
    { ...byNft, id: "other", process: null, evidence: { program: "iptables" } },
    finding(1),
  );
  expect(enforcement?.tampering).toBe(
    "the packet filter was changed by nft, iptables and put back 2 times",
  );
});

test("built-in destinations are one sentence with the day of their list", () => {
  const set = { id: "github-actions", asOf: "2026-03-01", reason: "", destinations: ["a", "b"] };
  expect(enforced({ builtIn: [set, { ...set, id: "x" }] }).enforcement?.builtIn).toBe(
    "built in: github-actions (as of 2026-03-01, 2 destinations), x (as of 2026-03-01, 2 destinations)",
  );
});

test("a run in which nothing was to be enforced has nothing to say of it", () => {
  expect(enforced({ mechanism: "none" }).enforcement).toBeNull();
});

test.each([
  {
    requested: "block",
    effective: "block",
    words: "block mode in force: nftables, this command's cgroup",
  },
  { requested: "audit", effective: "audit", words: "audit mode: nftables, this command's cgroup" },
  {
    requested: "block",
    effective: "audit",
    words: "audit mode in force, though block was asked for",
  },
  {
    requested: "block",
    effective: "block (names only)",
    words:
      "block (names only) in force: nftables, this command's cgroup, though block was asked for",
  },
] as const)("$effective for $requested is called so", ({ requested, effective, words }) => {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  const mode = { requested, effective, reasons: [] };
  expect(toModeWords(builder.build({ ...finishedRun, mode, enforcement: ENFORCEMENT }))).toBe(
    words,
  );
});

function unanswered(pid: number, name: string, failure: string, count = 1) {
  return { ...dnsQuery(pid, name), failure, count };
}

test("questions without an answer are counted, with the commonest reason", () => {
  const summary = summaryOf(
    processStarted(1),
    dnsQuery(1, "a.example", ["192.0.2.1"]),
    unanswered(1, "a.example", "10.0.0.1:53 is gone"),
    unanswered(1, "b.example", "10.0.0.1:53 did not answer within 2 s", 3),
    ...["c", "d", "e"].map((name) => unanswered(1, `${name}.example`, "10.0.0.1:53 is gone", 1)),
  );
  expect(summary.unanswered).toEqual({
    sentence: "7 questions got no answer, 4 of them: 10.0.0.1:53 is gone",
    names: "no answer for a.example, b.example, c.example and 2 more",
  });
});

test("a reason or name of any length is cut", () => {
  const long = unanswered(1, "n".repeat(5_000), "r".repeat(5_000));
  const { sentence = "", names = "" } = summaryOf(long).unanswered ?? {};
  expect(Math.max(sentence.length, names.length)).toBeLessThan(250);
});

test("a run whose names got no answer is not said to be without a blemish", () => {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  builder.add(unanswered(1, "a.example", "10.0.0.1:53 did not answer within 2 s", 4));
  const report = builder.build(finishedRun);
  const said = "4 questions got no answer: 10.0.0.1:53 did not answer within 2 s";
  const terminal = renderTerminalSummary(report, { columns: 120, colour: false });
  expect(terminal).toContain(`! ${said}`);
  expect(terminal).not.toContain("✓");
  expect(renderPage(report)).toContain(`⚠️ ${said}`);
});

test("nobody is told to allow a name that got no answer, as long as it never got one", () => {
  const lost = refused(1, "lost.example", { verdict: "would-block", failure: "no resolver" });
  const found = refused(1, "found.example", { verdict: "would-block" });
  expect(entriesOf(lost, { ...found, failure: "no resolver" }, found)).toEqual([
    "found.example:443",
  ]);
});

test("a name that several programs asked for is one refused name", () => {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const pid of [1, 2]) {
    builder.add(processStarted(pid, { executable: `/usr/bin/${pid}` }));
    builder.add(refused(pid, "a.example"));
  }
  const report = builder.build(finishedRun);
  expect(toConcerns(report, toRunSummary(report, { maxDirectories: 4, bySteps: false }))).toContain(
    "1 refused name",
  );
});

function scan(ports: readonly number[], change: Partial<GuardEventOf<"connection">> = {}) {
  const refusal = { verdict: "blocked", rule: "default", packetsRefused: 1, ...change } as const;
  return ports.map((port) => connection(1, { ...refusal, destination: { ip: "192.0.2.9", port } }));
}

test("refused ports of one address are one row, which lists them, and each counts", () => {
  const summary = summaryOf(processStarted(1), ...scan([443, 22, 80]));
  const [row] = summary.forbiddenDestinations;
  expect(summary.forbiddenDestinations).toHaveLength(1);
  expect(row && [toDestinationName(row), toForbiddenNote(row)]).toEqual([
    "192.0.2.9 (3 ports)",
    "rule default · ports 22, 80, 443 · 3 packets refused",
  ]);
  const report = createReportBuilder({ limits: defaultReportLimits }).build(finishedRun);
  expect(toConcerns(report, summary)).toContain("3 blocked destinations");
});

test("of a scan the first ports are listed", () => {
  const ports = Array.from({ length: 5_000 }, (_, port) => port + 1);
  const [row] = summaryOf(processStarted(1), ...scan(ports)).forbiddenDestinations;
  expect(row && toForbiddenNote(row)).toContain(
    " · ports 1, 2, 3, 4, 5, 6, 7, 8 and 4,992 more · ",
  );
});

test("allowed ports of one address stay apart", () => {
  const allowed = scan([22, 80], { verdict: "allowed" });
  expect(summaryOf(processStarted(1), ...allowed).destinations).toHaveLength(2);
});

function notesOf(...events: GuardEvent[]) {
  const { destinations, forbiddenDestinations } = summaryOf(processStarted(1), ...events);
  return {
    allowed: destinations.map(toDestinationNote),
    forbidden: forbiddenDestinations.map(
      (row) => `${toDestinationName(row)} ${row.count}× ${toForbiddenNote(row)}`,
    ),
  };
}

describe("a connection that the check of server names cut", () => {
  const tls = {
    network: { transport: "tcp", family: "ipv4" },
    ...to("192.0.2.1", "cdn.example"),
  } as const;
  const begun = {
    ...tls,
    count: 3,
    results: { established: 3 },
    bytesSent: 900,
    bytesReceived: 40,
  };
  const cut = { ...tls, verdict: "blocked", packetsRefused: 1 } as const;

  test("is told as cut, not as a refused packet, and also where it was begun", () => {
    expect(notesOf(connection(1, begun), connection(1, { ...cut, rule: "sni: no TLS" }))).toEqual({
      allowed: ["900 B out, 40 B in · 1 of 3 cut by the server name check · 192.0.2.1"],
      forbidden: ["cdn.example:443 1× rule sni: no TLS · 192.0.2.1 · cut by the server name check"],
    });
  });

  test("carried nothing to where it was begun", () => {
    const { allowed } = notesOf(
      connection(1, { ...begun, count: 1 }),
      connection(1, { ...cut, rule: "sni: default" }),
    );
    expect(allowed).toEqual(["cut by the server name check · 192.0.2.1"]);
  });

  test("is recognised when its name is a denied one", () => {
    const denied = {
      ...cut,
      ...to("192.0.2.1", "evil.example"),
      rule: "egress.deny: evil.example",
    };
    const { forbidden } = notesOf(
      connection(1, begun),
      connection(1, { ...denied, packetsRefused: 2 }),
    );
    expect(forbidden).toEqual([
      "evil.example:443 2× rule egress.deny: evil.example · 192.0.2.1 · cut by the server name check",
    ]);
  });

  test("is not taken for one whose packets were refused, nor the other way round", () => {
    const denied = { ...cut, rule: "egress.deny: cdn.example" };
    const refusal = "cdn.example:443 1× rule egress.deny: cdn.example · 192.0.2.1";
    expect(notesOf(connection(1, denied)).forbidden).toEqual([`${refusal} · 1 packet refused`]);
    const seen = connection(1, { ...denied, results: { denied: 1 } });
    expect(notesOf(connection(1, begun), seen).forbidden).toEqual([
      `${refusal} · denied · 1 packet refused`,
    ]);
  });

  test("would only have been cut in audit mode", () => {
    const audited = { ...tls, verdict: "would-block", rule: "sni: default" } as const;
    const { allowed, forbidden } = notesOf(connection(1, begun), connection(1, audited));
    expect([...allowed, ...forbidden].join(" ")).not.toContain("cut");
  });
});

function asked(ip: string, change: Partial<GuardEventOf<"connection">>) {
  const network = { transport: "udp", family: "ipv4" } as const;
  return connection(1, { network, destination: { ip, port: 53 }, ...change });
}

test("questions that the DNS gate took are told as such, over UDP and TCP as one", () => {
  const { destinations } = summaryOf(
    processStarted(1),
    asked("10.96.0.10", { rule: "resolver", count: 3 }),
    asked("10.96.0.10", { rule: "resolver", network: { transport: "tcp", family: "ipv4" } }),
    connection(1, to("192.0.2.1")),
  );
  expect(destinations.map((row) => [toDestinationName(row), row.count])).toEqual([
    ["192.0.2.1:443", 1],
    ["DNS gate (asked as 10.96.0.10)", 4],
  ]);
});

test("questions to another resolver are redirected, and not told as refused", () => {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  builder.add(processStarted(1));
  builder.add(asked("8.8.8.8", { verdict: "blocked", rule: "untrusted-resolver" }));
  const report = builder.build(finishedRun);
  const terminal = renderTerminalSummary(report, { columns: 120, colour: false });
  expect(terminal).toContain("redirected  8.8.8.8:53/udp  make  1×");
  expect(terminal).toContain("rule untrusted-resolver · redirected to the DNS gate\n");
  expect(terminal).toContain("! questions to 1 other resolver redirected");
  expect(renderPage(report)).toContain("| 🟠 **redirected** | `8.8.8.8:53/udp` |");
});

test.each([
  { withheld: ["CAP_NET_RAW"], words: "started without CAP_NET_RAW" },
  {
    withheld: ["CAP_NET_RAW", "CAP_NET_ADMIN"],
    words: "started without CAP_NET_RAW and CAP_NET_ADMIN",
  },
  { withheld: ["A", "B", "C"], words: "started without A, B and C" },
  { withheld: "ABCDEFGHI".split(""), words: "started without A, B, C, D, E, F and 3 more" },
  { withheld: [], words: undefined },
])("a command that did not get $withheld was $words", ({ withheld, words }) => {
  expect(enforced({ withheld }).enforcement?.withheld).toBe(words);
});

function cacheLookup(change: Partial<GuardEventOf<"connection">> = {}) {
  return connection(1, {
    network: { transport: "unix", family: "unix" },
    destination: { path: "/var/run/nscd/socket" },
    results: { failed: 2 },
    count: 2,
    ...change,
  });
}

function withTotals(...events: GuardEvent[]) {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const event of events) builder.add(event);
  const report = builder.build(finishedRun);
  const { destinations } = toRunSummary(report, { maxDirectories: 4, bySteps: false });
  return { places: destinations.map(({ host }) => host), words: toTotalsWords(report) };
}

test("glibc's vain look for a cache of names is no connection worth telling", () => {
  const vain = { destination: { path: "/run/nscd/socket" }, results: { refused: 1 }, count: 1 };
  const { places, words } = withTotals(
    processStarted(1),
    connection(1),
    cacheLookup(),
    cacheLookup(vain),
  );
  expect(places).toEqual(["192.0.2.1"]);
  expect(words).toEqual(["1 process", "1 connection"]);
});

test.each([
  { what: "came about", change: { results: { failed: 1, established: 1 } } },
  { what: "is still open", change: { results: { "in-progress": 2 } } },
  { what: "ended nobody knows how", change: { results: {} } },
  { what: "carried something", change: { bytesSent: 1 } },
  {
    what: "goes to a socket of a like name",
    change: { destination: { path: "/run/nscd/sockets" } },
  },
  {
    what: "goes to an abstract socket",
    change: { destination: { path: "@/run/nscd/socket" } },
  },
])("a connection to the cache that $what is told", ({ change }) => {
  const { places, words } = withTotals(cacheLookup(change));
  expect(places).toHaveLength(1);
  expect(words).toContain("2 connections");
});

test("a thread's own name is nothing that was written outside the workspace", () => {
  const { outsideWrites } = summaryOf(
    processStarted(1),
    fileWritten(1, "/proc/812/task/813/comm", { operation: "write" }),
    fileWritten(1, "/proc/self/comm", { operation: "write" }),
    fileWritten(1, "/proc/812/task/813/attr/current", { operation: "write" }),
  );
  expect(outsideWrites.map(({ place }) => place)).toEqual(["/proc/812/task/813/attr/current"]);
});

function refusedTo(
  ip: string,
  transport: "tcp" | "udp" | "icmp" | "raw" | "packet",
  port?: number,
) {
  return connection(1, {
    network: { transport, family: ip.includes(":") ? "ipv6" : "ipv4" },
    destination: { ip, ...(port !== undefined && { port }) },
    verdict: "blocked",
    rule: "default",
  });
}

test("an address is spelled as a policy takes it, after the names", () => {
  const entries = entriesOf(
    refusedTo("192.0.2.7", "tcp", 443),
    refusedTo("203.0.113.5", "udp", 9_999),
    refusedTo("192.0.2.1", "icmp"),
    refusedTo("2001:db8::1", "raw"),
    refusedTo("2001:db8::1", "tcp", 22),
    refusedTo("2001:db8::1", "tcp", 80),
    refused(1, "a.example"),
  );
  expect(entries).toEqual([
    "a.example:443",
    "[2001:db8::1]:22",
    "[2001:db8::1]:80",
    "192.0.2.7:443",
    "203.0.113.5:9999/udp",
    "192.0.2.1/icmp",
    "[2001:db8::1]/raw",
  ]);
  expect(entries.filter((entry) => "problem" in parseDestinationPattern(entry))).toEqual([]);
});

test.each([
  { what: "another resolver", events: [refusedTo("8.8.8.8", "udp", 53)] },
  { what: "a packet socket", events: [refusedTo("192.0.2.1", "packet")] },
  { what: "an address of one machine", events: [refusedTo("fe80::1%eth0", "tcp", 443)] },
  { what: "text that is no address", events: [refusedTo("192.0.2.1:1, *", "tcp", 443)] },
  { what: "a port scan", events: scan([1, 2, 3, 4, 5, 6, 7, 8, 9]) },
  {
    what: "an address that an entry denies on another port",
    events: [
      refusedTo("192.0.2.7", "tcp", 443),
      { ...refusedTo("192.0.2.7", "tcp", 22), rule: "egress.deny: 192.0.2.7:22" },
    ],
  },
  {
    what: "a name below a denied one",
    events: [
      refused(1, "evil.example", { rule: "egress.deny: evil.example" }),
      refused(1, "www.evil.example"),
    ],
  },
  {
    what: "a name that a denied alias led to, nor one below",
    events: [
      refused(1, "a.example", { rule: "egress.deny: alias *.evil.example" }),
      refused(1, "evil.example"),
      refused(1, "b.a.example"),
    ],
  },
])("nobody is told how to allow $what either", ({ events }) => {
  expect(entriesOf(...events)).toEqual([]);
});

test("a name beside a denied one may be advised", () => {
  const denied = refused(1, "evil.example", { rule: "egress.deny: *.evil.example:443" });
  expect(entriesOf(denied, refused(1, "notevil.example"))).toEqual(["notevil.example:443"]);
});

test("the terminal says where the entries are that it has no room for", () => {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const name of "abcdefgh") builder.add(refused(1, `${name}.example`));
  const report = builder.build(finishedRun);
  const terminal = renderTerminalSummary(report, { columns: 140, colour: false });
  expect(terminal).toContain("\n  … and 5 more (listed by --summary)\n");
  expect(renderPage(report)).toContain("`h.example:443` (port assumed)\n");
});

describe("what was taken from the job", () => {
  const lockdown: Report["lockdown"] = { sudo: "disabled", containers: "allowed", reasons: [] };
  const events = [1, 2, 3].map((index) =>
    processStarted(index, { executable: index === 3 ? "/usr/bin/docker" : "/usr/bin/sudo" }),
  );
  const summaryWith = (taken: Report["lockdown"]): RunSummary => {
    const builder = createReportBuilder({ limits: defaultReportLimits });
    for (const event of events) builder.add(event);
    return toRunSummary(builder.build({ ...finishedRun, ...(taken && { lockdown: taken }) }), {
      maxDirectories: 8,
      bySteps: false,
    });
  };

  test("is said with what the job tried all the same", () => {
    expect(summaryWith(lockdown).lockdown).toEqual({
      outcome: "sudo disabled, containers allowed",
      isHeld: true,
      reasons: [],
      tried: "the job started sudo 2×",
    });
    expect(summaryWith({ ...lockdown, containers: "not-held" }).lockdown).toMatchObject({
      isHeld: false,
      tried: "the job started docker 1×, sudo 2×",
    });
  });

  test("is not said of a run from which nothing was", () => {
    expect(summaryWith(undefined).lockdown).toBeNull();
  });
});
