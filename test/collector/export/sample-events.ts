/** One event of each kind, and others that are told in another way. */
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
    egress: {
      unrestricted: false,
      allow: ["github.com:443"],
      deny: [],
      moreAllowed: 0,
      moreDenied: 0,
      dns: "allowed-names",
      sni: "off",
    },
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

export const SAMPLE_EVENTS = SAMPLE_BODIES.map(toEvent);

const MORE_BODIES: readonly object[] = [
  ...["create", "write", "delete", "chmod"].map((operation) => ({
    kind: "file-written",
    process: null,
    path: "/work/b",
    operation,
    mode: 0o4755,
    ...SEEN,
  })),
  ...["process-vm-writev", "ptrace"].map((method) => ({
    kind: "memory-access",
    process: PROCESS,
    method,
    target: { pid: 7, process: "7-1" },
    succeeded: true,
    ...SEEN,
  })),
  ...[
    { path: "@/run/bus" },
    { ip: "2001:db8::7", port: 53 },
    // What an agent sends is its own words.
    { ip: "no address", port: 53 },
  ].map((destination) => ({
    kind: "connection",
    process: null,
    network: { transport: "udp", family: "ipv6" },
    destination,
    verdict: "would-block",
    rule: "default",
    ...SEEN,
    results: {},
    bytesSent: 0,
    bytesReceived: 0,
  })),
  {
    kind: "dns-query",
    process: PROCESS,
    name: "b.example",
    type: "AAAA",
    verdict: "blocked",
    rule: "*.example",
    answers: [],
    failure: "no resolver answered",
    ...SEEN,
  },
  {
    kind: "process-started",
    process: "9-1",
    parent: null,
    pid: 9,
    executed: false,
    executable: "",
    args: [],
    argsTruncated: true,
    script: "/work/x.sh",
    workingDirectory: null,
    userId: null,
    groupId: null,
    image: null,
    step: { step: "s", job: "build" },
  },
  { kind: "process-exited", process: PROCESS, exitCode: null, signal: "SIGKILL" },
  { kind: "guard-stopped", runId: "g", exitCode: null, signal: "SIGTERM", sensors: [] },
  {
    kind: "finding",
    id: "finding-2",
    rule: { id: "own", name: "Own" },
    severity: "info",
    technique: "T1105",
    process: null,
    message: "",
    evidence: {},
    response: "report",
    ...SEEN,
  },
  {
    kind: "finding",
    id: "finding-3",
    rule: { id: "own", name: "Own" },
    severity: "low",
    process: PROCESS,
    message: "m",
    evidence: { nested: { list: [1] } },
    response: "report",
    ...SEEN,
  },
];

export const ALL_SAMPLES = [...SAMPLE_BODIES, ...MORE_BODIES].map(toEvent);

/** Whose they are. */
export const SAMPLE_RUN = {
  id: "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a11",
  tenant: "acme",
  guardRunId: "guard",
  version: "0.1.0",
  ci: {
    provider: "github-actions",
    repository: "acme/app",
    workflow: "CI",
    job: "build",
    runId: "7",
  },
} as const;

function toEvent(body: object, index: number): GuardEvent {
  return guardEventSchema.parse({ seq: index + 1, observedAt: AT, ...body });
}
