/** Events as a guard sends them, of a run that is made up line by line. */
import type { GuardEvent, GuardEventOf, Severity } from "../../../../../protocol/index.ts";

const START = Date.parse("2026-01-31T12:00:00Z");
export const WORKSPACE = "/home/runner/work/app/app";

export interface EventsOfRun {
  readonly events: readonly GuardEvent[];
  /** Milliseconds since 1970, of the last event. */
  readonly now: number;
  start(executable: string, more?: Partial<GuardEventOf<"process-started">>): string;
  connect(
    process: string | null,
    host: string,
    more?: { port?: number; bytesSent?: number; rule?: string },
  ): void;
  ask(process: string | null, name: string): void;
  write(process: string | null, path: string): void;
  find(rule: string, severity: Severity, process?: string): void;
  leak(rule: string): void;
  drop(): void;
  pass(ms: number): void;
  stop(): readonly GuardEvent[];
}

export function createEventsOfRun(): EventsOfRun {
  const events: GuardEvent[] = [];
  let now = START;
  let processes = 0;
  const common = (): { seq: number; observedAt: string } => {
    now += 10;
    return { seq: events.length + 1, observedAt: toTimestamp(now) };
  };
  const coalesced = (): { count: number; firstSeen: string; lastSeen: string } => {
    return { count: 1, firstSeen: toTimestamp(now), lastSeen: toTimestamp(now) };
  };
  const sensors = [{ name: "kernel", status: "active", eventsSeen: 1, eventsDropped: 0 } as const];
  events.push({
    ...common(),
    kind: "guard-started",
    runId: "run",
    version: "1",
    command: ["make"],
    scope: "command",
    mode: { requested: "audit", effective: "audit", reasons: [] },
    sensors,
  });
  return {
    events,
    get now() {
      return now;
    },
    start(executable, more = {}) {
      processes += 1;
      const process = `${100 + processes}-${processes.toString(36)}`;
      events.push({
        ...common(),
        kind: "process-started",
        process,
        parent: null,
        pid: 100 + processes,
        executed: true,
        executable,
        args: [executable],
        argsTruncated: false,
        workingDirectory: WORKSPACE,
        userId: 1001,
        groupId: 1001,
        image: "file",
        ...more,
      });
      return process;
    },
    connect(process, host, { port = 443, bytesSent = 1_000, rule = "default" } = {}) {
      const isAddress = /^[\d.]+$|:/.test(host);
      events.push({
        ...common(),
        kind: "connection",
        process,
        network: { transport: "tcp", family: "ipv4" },
        destination: isAddress ? { ip: host, port } : { ip: "203.0.113.7", port, domain: host },
        verdict: "allowed",
        rule,
        ...coalesced(),
        results: { established: 1 },
        bytesSent,
        bytesReceived: 10_000,
      });
    },
    ask(process, name) {
      events.push({
        ...common(),
        kind: "dns-query",
        process,
        name,
        type: "A",
        verdict: "allowed",
        answers: [],
        ...coalesced(),
      });
    },
    write(process, path) {
      events.push({
        ...common(),
        kind: "file-written",
        process,
        path,
        operation: "create",
        ...coalesced(),
      });
    },
    find(rule, severity, process) {
      events.push({
        ...common(),
        kind: "finding",
        id: `${rule}-1`,
        rule: { id: rule, name: rule },
        severity,
        process: process ?? null,
        message: "it is there",
        evidence: {},
        response: "report",
        ...coalesced(),
      });
    },
    leak(rule) {
      events.push({
        ...common(),
        kind: "secret-found",
        rule,
        fingerprint: "f",
        where: "output of the job",
        encodings: [],
        confidence: "certain",
        ...coalesced(),
      });
    },
    drop() {
      events.push({
        ...common(),
        kind: "events-dropped",
        sensor: "kernel",
        reason: "full",
        count: 1,
      });
    },
    pass(ms) {
      now += ms;
    },
    stop() {
      events.push({
        ...common(),
        kind: "guard-stopped",
        runId: "run",
        exitCode: 0,
        signal: null,
        sensors,
      });
      return events;
    },
  };
}

function toTimestamp(time: number): string {
  return new Date(time).toISOString().replace("Z", "000Z");
}
