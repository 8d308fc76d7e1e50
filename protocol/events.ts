/** The wire format: one JSON object a line, told apart by `kind`. The agent produces these; the collector stores them. */
import { z } from "zod";

import { ciContextSchema, ciStepSchema } from "./ci-context.ts";
import { CONNECT_RESULTS } from "./connect-results.ts";
import { egressInForceSchema } from "./egress-in-force.ts";
import {
  descriptorSchema,
  enforcementSchema,
  familySchema,
  guardScopeSchema,
  lockdownSchema,
  modeSchema,
  processIdSchema,
  responseSchema,
  sensorNameSchema,
  sensorStatusSchema,
  severitySchema,
  timestampSchema,
  transportSchema,
  verdictSchema,
} from "./primitives.ts";

const count = z.int().nonnegative();

const common = {
  seq: z.int().positive(),
  observedAt: timestampSchema,
};

/** The agent folds repeats into one event: `count` of them between `firstSeen` and `lastSeen`. */
const coalesced = {
  count,
  firstSeen: timestampSchema,
  lastSeen: timestampSchema,
};

export const guardStartedSchema = z.object({
  ...common,
  kind: z.literal("guard-started"),
  runId: z.string(),
  version: z.string(),
  command: z.array(z.string()),
  scope: guardScopeSchema,
  mode: modeSchema,
  enforcement: enforcementSchema.optional(),
  lockdown: lockdownSchema.optional(),
  /** As the guard began: what is tightened since is told by findings. Absent: a guard of a version that did not say it. */
  egress: egressInForceSchema.optional(),
  sensors: z.array(sensorStatusSchema),
  ci: ciContextSchema.optional(),
});

export const guardStoppedSchema = z.object({
  ...common,
  kind: z.literal("guard-stopped"),
  runId: z.string(),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  sensors: z.array(sensorStatusSchema),
});

export const heartbeatSchema = z.object({
  ...common,
  kind: z.literal("heartbeat"),
  sensors: z.array(sensorStatusSchema),
});

/** What a sensor or a queue had to let go. `eventKind` names what was lost where that is known. */
export const eventsDroppedSchema = z.object({
  ...common,
  kind: z.literal("events-dropped"),
  /** `stream`: the way from the guard to its collector. */
  sensor: z.enum([...sensorNameSchema.options, "stream"]),
  reason: z.string(),
  eventKind: z.string().optional(),
  count,
});

export const processStartedSchema = z.object({
  ...common,
  kind: z.literal("process-started"),
  process: processIdSchema,
  parent: processIdSchema.nullable(),
  pid: z.int().positive(),
  /** False when the process is a fork that still runs its parent's program. */
  executed: z.boolean(),
  executable: z.string(),
  args: z.array(z.string()),
  argsTruncated: z.boolean(),
  /** The script, when the kernel started its interpreter for it. */
  script: z.string().optional(),
  workingDirectory: z.string().nullable(),
  /** Null, as are the two below, of a fork whose parent's own start was not seen. */
  userId: z.int().nonnegative().nullable(),
  groupId: z.int().nonnegative().nullable(),
  /** Where the program's code came from; anything but `file` leaves nothing on disk to look at. */
  image: z.enum(["file", "memfd", "deleted"]).nullable(),
  cgroup: z.string().optional(),
  stdin: descriptorSchema.optional(),
  stdout: descriptorSchema.optional(),
  stderr: descriptorSchema.optional(),
  /** LD_PRELOAD and LD_AUDIT as the process was started with. */
  preload: z.partialRecord(z.enum(["LD_PRELOAD", "LD_AUDIT"]), z.string()).optional(),
  step: ciStepSchema.optional(),
});

export const processExitedSchema = z.object({
  ...common,
  kind: z.literal("process-exited"),
  process: processIdSchema,
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
});

export const connectionSchema = z.object({
  ...common,
  kind: z.literal("connection"),
  /** Null: a packet that no sensor saw anyone send, from a container of the job's or by a process that was too fast. */
  process: processIdSchema.nullable(),
  network: z.object({ transport: transportSchema, family: familySchema }),
  destination: z.object({
    ip: z.string().optional(),
    port: z.int().min(0).max(65_535).optional(),
    domain: z.string().optional(),
    /** Of a Unix socket. An abstract name starts with `@`. */
    path: z.string().optional(),
  }),
  verdict: verdictSchema,
  /** The line of policy that decided, or what stands in for it: `default`, `loopback`. */
  rule: z.string(),
  /** Connections or datagrams begun. 0: news of such as were counted before. */
  ...coalesced,
  results: z.partialRecord(z.enum(CONNECT_RESULTS), count),
  bytesSent: count,
  bytesReceived: count,
  /** Packets that the kernel refused, by its own log. */
  packetsRefused: count.optional(),
});

export const dnsQuerySchema = z.object({
  ...common,
  kind: z.literal("dns-query"),
  process: processIdSchema.nullable(),
  name: z.string(),
  type: z.string(),
  verdict: verdictSchema,
  /** The line of policy that decided, or what stands in for it. */
  rule: z.string().optional(),
  answers: z.array(z.string()),
  /** Why there is no answer, where policy has nothing to do with it: no resolver answered, say. */
  failure: z.string().optional(),
  ...coalesced,
});

export const fileOperationSchema = z.enum(["create", "write", "rename", "delete", "chmod"]);
export type FileOperation = z.infer<typeof fileOperationSchema>;

export const fileWrittenSchema = z.object({
  ...common,
  kind: z.literal("file-written"),
  process: processIdSchema.nullable(),
  /** Of a rename: the new path. */
  path: z.string(),
  operation: fileOperationSchema,
  /** Of a rename the path it had before; of a link the file it points at. */
  originalPath: z.string().optional(),
  /** Permission bits that a chmod set. */
  mode: z.int().optional(),
  ...coalesced,
});

/** A file on the watch list (credentials and the like) was opened for reading. */
export const fileReadSchema = z.object({
  ...common,
  kind: z.literal("file-read"),
  process: processIdSchema,
  path: z.string(),
  ...coalesced,
});

export const memoryAccessMethodSchema = z.enum([
  "proc-mem",
  "proc-maps",
  "proc-environ",
  "proc-map-files",
  "ptrace",
  "process-vm-readv",
  "process-vm-writev",
  "pidfd-getfd",
]);
export type MemoryAccessMethod = z.infer<typeof memoryAccessMethodSchema>;

export const memoryAccessSchema = z.object({
  ...common,
  kind: z.literal("memory-access"),
  process: processIdSchema,
  method: memoryAccessMethodSchema,
  target: z.object({ pid: z.int().nonnegative(), process: processIdSchema.optional() }),
  succeeded: z.boolean(),
  ...coalesced,
});

export const privilegedOperationNameSchema = z.enum([
  "setns",
  "unshare",
  "mount",
  "unmount",
  "pivot-root",
  "chroot",
  "module-load",
  "bpf",
  "raw-socket",
  "packet-socket",
  "signal-guard",
  "socket-outside-cgroup",
  "tunnel-device",
  "netfilter-socket",
]);
export type PrivilegedOperation = z.infer<typeof privilegedOperationNameSchema>;

/** Something that changes the ground a job, or the guard, stands on. */
export const privilegedOperationSchema = z.object({
  ...common,
  kind: z.literal("privileged-operation"),
  process: processIdSchema,
  operation: privilegedOperationNameSchema,
  detail: z.string(),
  succeeded: z.boolean(),
  ...coalesced,
});

/** The same id again says that it was seen more often: the later one has the whole count. */
export const findingSchema = z.object({
  ...common,
  kind: z.literal("finding"),
  id: z.string(),
  rule: z.object({ id: z.string(), name: z.string() }),
  severity: severitySchema,
  /** MITRE ATT&CK technique id. */
  technique: z.string().optional(),
  process: processIdSchema.nullable(),
  message: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  response: responseSchema,
  ...coalesced,
});

/** A secret was found and masked. The value is nowhere; two secrets that are the same have the same fingerprint. */
export const secretFoundSchema = z.object({
  ...common,
  kind: z.literal("secret-found"),
  /** What it looks like, `github-token` say; `known-value` for a value that the guard was given. */
  rule: z.string(),
  fingerprint: z.string(),
  /** In words: `output of the job`, `arguments of curl`. */
  where: z.string(),
  /** How it was written down there, the outermost first: `base64`, `url`. */
  encodings: z.array(z.string()),
  /** `certain`: a value that was given, or one whose checksum is right. */
  confidence: z.enum(["certain", "likely"]),
  /** Of the job's output or log, from 1: where it was found first. */
  line: z.int().positive().optional(),
  /** The variable or file that the value is from. */
  source: z.string().optional(),
  step: ciStepSchema.optional(),
  ...coalesced,
});

export const resourceSampleSchema = z.object({
  ...common,
  kind: z.literal("resource-sample"),
  /** Of all cores together, 0 to 100. */
  cpuPercent: z.number().nonnegative(),
  memoryUsedBytes: count,
  memoryTotalBytes: count,
  diskReadBytesPerSecond: z.number().nonnegative().nullable(),
  diskWriteBytesPerSecond: z.number().nonnegative().nullable(),
  networkReceiveBytesPerSecond: z.number().nonnegative().nullable(),
  networkTransmitBytesPerSecond: z.number().nonnegative().nullable(),
});

/** What of the machine makes jobs on it easier to attack, once a run: as `runner-guard doctor` reads it. */
export const postureSchema = z.object({
  ...common,
  kind: z.literal("posture"),
  /** 0 to 100; docs/posture.md says how it comes about. */
  score: z.int().min(0).max(100),
  checks: z.array(
    z.object({
      id: z.string(),
      /** How grave it is where it fails. */
      severity: severitySchema,
      status: z.enum(["passed", "failed", "unknown", "not-applicable"]),
      message: z.string(),
    }),
  ),
});

export const guardEventSchema = z.discriminatedUnion("kind", [
  guardStartedSchema,
  guardStoppedSchema,
  heartbeatSchema,
  eventsDroppedSchema,
  processStartedSchema,
  processExitedSchema,
  connectionSchema,
  dnsQuerySchema,
  fileWrittenSchema,
  fileReadSchema,
  memoryAccessSchema,
  privilegedOperationSchema,
  findingSchema,
  secretFoundSchema,
  resourceSampleSchema,
  postureSchema,
]);

export type GuardEvent = z.infer<typeof guardEventSchema>;
export type GuardEventKind = GuardEvent["kind"];
export type GuardEventOf<K extends GuardEventKind> = Extract<GuardEvent, { kind: K }>;
