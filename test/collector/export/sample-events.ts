/** One event of each kind. */
import { type GuardEvent, guardEventSchema } from "../../../protocol/index.ts";

const AT = "2026-01-31T12:00:00.000001Z";
const SEEN = { count: 2, firstSeen: AT, lastSeen: AT };
const PROCESS = "948-5f2";
const MODE = { requested: "audit", effective: "audit", reasons: [] };

export const SAMPLE_BODIES: readonly object[] = [
  {
    kind: "guard-started",
    runId: "g",
    version: "0.1.0",
    command: ["make"],
    scope: "command",
    mode: MODE,
    sensors: [],
  },
  { kind: "guard-stopped", runId: "g", exitCode: 0, signal: null, sensors: [] },
  { kind: "heartbeat", sensors: [] },
  { kind: "events-dropped", sensor: "kernel", reason: "ring-full", count: 4 },
  {
    kind: "process-started",
    process: PROCESS,
    parent: "900-4f1",
    pid: 948,
    executed: true,
    executable: "/usr/bin/curl",
    args: ["curl", "-s", "https://a.example"],
    argsTruncated: false,
    workingDirectory: "/work",
    userId: 1_001,
    groupId: 1_001,
    image: "file",
  },
  { kind: "process-exited", process: PROCESS, exitCode: 7, signal: null },
  {
    kind: "connection",
    process: PROCESS,
    network: { transport: "tcp", family: "ipv4" },
    destination: { ip: "192.0.2.7", port: 443, domain: "a.example" },
    verdict: "blocked",
    rule: "default",
    ...SEEN,
    results: { denied: 2 },
    bytesSent: 5,
    bytesReceived: 6,
  },
  {
    kind: "dns-query",
    process: null,
    name: "a.example",
    type: "A",
    verdict: "allowed",
    answers: ["192.0.2.7"],
    ...SEEN,
  },
  {
    kind: "file-written",
    process: PROCESS,
    path: "/work/b",
    operation: "rename",
    originalPath: "/work/a",
    ...SEEN,
  },
  { kind: "file-read", process: PROCESS, path: "/home/x/.netrc", ...SEEN },
  {
    kind: "memory-access",
    process: PROCESS,
    method: "proc-mem",
    target: { pid: 7 },
    succeeded: false,
    ...SEEN,
  },
  {
    kind: "privileged-operation",
    process: PROCESS,
    operation: "mount",
    detail: "/dev/x on /mnt",
    succeeded: true,
    ...SEEN,
  },
  {
    kind: "finding",
    id: "finding-1",
    rule: { id: "reverse-shell", name: "A shell on a connection" },
    severity: "critical",
    technique: "T1059.004",
    process: PROCESS,
    message: "sh\nreads from \u001b[31m192.0.2.7",
    evidence: { port: 443 },
    response: "kill-job",
    ...SEEN,
  },
  {
    kind: "secret-found",
    rule: "github-token",
    fingerprint: "f00",
    where: "output of the job",
    encodings: [],
    confidence: "certain",
    ...SEEN,
  },
  {
    kind: "resource-sample",
    cpuPercent: 3.5,
    memoryUsedBytes: 1,
    memoryTotalBytes: 2,
    diskReadBytesPerSecond: null,
    diskWriteBytesPerSecond: null,
    networkReceiveBytesPerSecond: null,
    networkTransmitBytesPerSecond: null,
  },
  {
    kind: "posture",
    score: 90,
    checks: [{ id: "sudo", severity: "high", status: "failed", message: "it may" }],
  },
];

export const SAMPLE_EVENTS: readonly GuardEvent[] = SAMPLE_BODIES.map((body, index) =>
  guardEventSchema.parse({ seq: index + 1, observedAt: AT, ...body }),
);
