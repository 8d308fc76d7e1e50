import type { FinishedRun } from "../../../agent/report/report-builder.ts";
import type { GuardEventOf } from "../../../protocol/events.ts";

/** `2026-03-14T09:26:10` and so many microseconds. */
export function momentAt(microseconds: number): string {
  return `2026-03-14T09:26:10.${String(microseconds).padStart(6, "0")}Z`;
}

export function idOf(pid: number): string {
  return `${pid}-${pid.toString(36)}`;
}

const envelope = { seq: 1, observedAt: momentAt(0) };
const repeats = { count: 1, firstSeen: momentAt(0), lastSeen: momentAt(0) };

export function processStarted(
  pid: number,
  change: Partial<GuardEventOf<"process-started">> = {},
): GuardEventOf<"process-started"> {
  return {
    ...envelope,
    kind: "process-started",
    process: idOf(pid),
    parent: null,
    pid,
    executed: true,
    executable: "/usr/bin/make",
    args: ["make"],
    argsTruncated: false,
    workingDirectory: "/work",
    userId: 1000,
    groupId: 1000,
    image: "file",
    ...change,
  };
}

export function processExited(pid: number, exitCode = 0): GuardEventOf<"process-exited"> {
  return {
    ...envelope,
    observedAt: momentAt(999_999),
    kind: "process-exited",
    process: idOf(pid),
    exitCode,
    signal: null,
  };
}

export function connection(
  pid: number,
  change: Partial<GuardEventOf<"connection">> = {},
): GuardEventOf<"connection"> {
  return {
    ...envelope,
    ...repeats,
    kind: "connection",
    process: idOf(pid),
    network: { transport: "tcp", family: "ipv4" },
    destination: { ip: "192.0.2.1", port: 443 },
    verdict: "allowed",
    rule: "default",
    results: {},
    bytesSent: 0,
    bytesReceived: 0,
    ...change,
  };
}

export function fileWritten(
  pid: number,
  path: string,
  change: Partial<GuardEventOf<"file-written">> = {},
): GuardEventOf<"file-written"> {
  return {
    ...envelope,
    ...repeats,
    kind: "file-written",
    process: idOf(pid),
    path,
    operation: "create",
    ...change,
  };
}

export function fileRead(pid: number, path: string): GuardEventOf<"file-read"> {
  return { ...envelope, ...repeats, kind: "file-read", process: idOf(pid), path };
}

export function dnsQuery(
  pid: number,
  name: string,
  answers: string[] = [],
): GuardEventOf<"dns-query"> {
  return {
    ...envelope,
    ...repeats,
    kind: "dns-query",
    process: idOf(pid),
    name,
    type: "A",
    verdict: "allowed",
    answers,
  };
}

export function memoryAccess(pid: number, targetPid: number): GuardEventOf<"memory-access"> {
  return {
    ...envelope,
    ...repeats,
    kind: "memory-access",
    process: idOf(pid),
    method: "proc-mem",
    target: { pid: targetPid },
    succeeded: true,
  };
}

export function privilegedOperation(
  pid: number,
  detail: string,
): GuardEventOf<"privileged-operation"> {
  return {
    ...envelope,
    ...repeats,
    kind: "privileged-operation",
    process: idOf(pid),
    operation: "mount",
    detail,
    succeeded: true,
  };
}

let findings = 0;

/** Another one each time. */
export function finding(
  pid: number,
  change: Partial<GuardEventOf<"finding">> = {},
): GuardEventOf<"finding"> {
  return {
    ...envelope,
    ...repeats,
    kind: "finding",
    id: `finding-${(findings += 1)}`,
    rule: { id: "reverse-shell", name: "Reverse shell" },
    severity: "low",
    process: idOf(pid),
    message: "A shell talks to the network.",
    evidence: {},
    response: "report",
    ...change,
  };
}

export function secretFound(
  rule: string,
  where: string,
  change: Partial<GuardEventOf<"secret-found">> = {},
): GuardEventOf<"secret-found"> {
  return {
    ...envelope,
    ...repeats,
    kind: "secret-found",
    rule,
    fingerprint: "0123456789abcdef",
    where,
    encodings: [],
    confidence: "certain",
    ...change,
  };
}

export function eventsDropped(
  reason: string,
  count: number,
  eventKind?: string,
): GuardEventOf<"events-dropped"> {
  return {
    ...envelope,
    kind: "events-dropped",
    sensor: "kernel",
    reason,
    count,
    ...(eventKind !== undefined && { eventKind }),
  };
}

export const finishedRun: FinishedRun = {
  run: {
    id: "0197a3c2-6d1e-7f00-8000-000000000001",
    startedAt: momentAt(0),
    endedAt: momentAt(999_999),
    command: ["make", "all"],
    workingDirectory: "/work",
    exitCode: 0,
    signal: null,
    failures: [],
    ci: null,
  },
  mode: { requested: "audit", effective: "audit", reasons: [] },
  sensors: [{ name: "kernel", status: "active", eventsSeen: 10, eventsDropped: 0 }],
  secretsRedacted: 0,
};
