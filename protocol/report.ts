/** What `--report` writes: one guarded run, whole. */
import { z } from "zod";

import { ciContextSchema } from "./ci-context.ts";
import {
  connectionSchema,
  dnsQuerySchema,
  fileReadSchema,
  fileWrittenSchema,
  findingSchema,
  memoryAccessSchema,
  postureSchema,
  privilegedOperationSchema,
  processStartedSchema,
  resourceSampleSchema,
  secretFoundSchema,
} from "./events.ts";
import {
  enforcementSchema,
  lockdownSchema,
  modeSchema,
  processIdSchema,
  sensorStatusSchema,
  timestampSchema,
} from "./primitives.ts";

const count = z.int().nonnegative();
const envelope = { seq: true, observedAt: true, kind: true, process: true } as const;

export const reportedProcessSchema = processStartedSchema
  .omit({ ...envelope, parent: true })
  .extend({
    id: processIdSchema,
    parentId: processIdSchema.nullable(),
    startedAt: timestampSchema,
    /** Null: still running when the guard stopped. */
    endedAt: timestampSchema.nullable(),
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    /** Programs that this process ran before the one named above, oldest first. */
    earlierPrograms: z
      .array(z.object({ executable: z.string(), args: z.array(z.string()) }))
      .optional(),
  });
export type ReportedProcess = z.infer<typeof reportedProcessSchema>;

const ofProcess = { processId: processIdSchema };
const ofSomeProcess = { processId: processIdSchema.nullable() };

export const reportSchema = z.object({
  version: z.literal(1),
  run: z.object({
    id: z.string(),
    startedAt: timestampSchema,
    endedAt: timestampSchema,
    command: z.array(z.string()),
    workingDirectory: z.string(),
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    /** Why policy counts the run as failed, whatever the command's own end: the guard then exits with 86. */
    failures: z.array(z.string()),
    ci: ciContextSchema.nullable(),
    /** What those who run the job said of it while it ran; the job can say things too. */
    labels: z.record(z.string(), z.string()).optional(),
  }),
  mode: modeSchema,
  /** Absent in reports of versions that could not block. */
  enforcement: enforcementSchema
    .extend({
      /** Whose packets are judged: those of the command's own cgroup, or of all the network namespace. Absent: nobody's. */
      scope: z.enum(["command", "network-namespace"]).optional(),
      /** By the packet filter, whether or not a connection below tells of them. */
      packetsRefused: count,
      /** Questions that the DNS gate gave no answer to because of policy. */
      namesRefused: count,
      /** How often the table was found changed and put back. */
      restored: count,
      /** Capabilities that the command was started without, since they let it undo what is enforced: `CAP_NET_ADMIN`. */
      withheld: z.array(z.string()).optional(),
    })
    .optional(),
  /** Absent: nothing was to be taken from the job. */
  lockdown: lockdownSchema.optional(),
  /** Absent: nothing was to be sent anywhere. */
  collector: z
    .object({
      /** Addresses, in the order in which they are tried. */
      requested: z.array(z.string()),
      /** `delivering`: the run goes on. `delivered`: the collector has all of it, and knows that this was all. */
      effective: z.enum(["delivering", "delivered", "delivered-in-part", "not-delivered"]),
      /** Where what the collector has not taken yet is kept. */
      spool: z.enum(["memory", "disk"]),
      /** What kept events from being taken, the last time that something did. */
      reason: z.string().optional(),
      /** The one of these that took something last. */
      address: z.string().optional(),
      /** The run's name at the collector. */
      runId: z.string().optional(),
      /** Events that the guard had for it. */
      told: count,
      /** On the collector's disk. */
      stored: count,
      /** In the spool on disk, for the next guard to send. */
      waiting: count,
      dropped: z.object({ byReason: z.record(z.string(), count) }),
    })
    .optional(),
  sensors: z.array(sensorStatusSchema),
  /** What of the machine makes jobs on it easier to attack. Absent: it was not looked at. */
  posture: postureSchema
    .pick({ score: true })
    .extend({
      failed: z.array(postureSchema.shape.checks.element.omit({ status: true })),
    })
    .optional(),
  processes: z.array(reportedProcessSchema),
  connections: z.array(connectionSchema.omit(envelope).extend(ofSomeProcess)),
  dnsQueries: z.array(dnsQuerySchema.omit(envelope).extend(ofSomeProcess)),
  files: z.array(fileWrittenSchema.omit(envelope).extend(ofSomeProcess)),
  fileReads: z.array(fileReadSchema.omit(envelope).extend(ofProcess)),
  memoryAccesses: z.array(memoryAccessSchema.omit(envelope).extend(ofProcess)),
  privilegedOperations: z.array(privilegedOperationSchema.omit(envelope).extend(ofProcess)),
  findings: z.array(findingSchema.omit(envelope).extend(ofSomeProcess)),
  secrets: z.object({
    redacted: count,
    /** Values that were given to be masked and are not: too short, too common, or too many. Absent: none. */
    refused: count.optional(),
    found: z.array(secretFoundSchema.omit({ seq: true, observedAt: true, kind: true })),
  }),
  resources: z.array(resourceSampleSchema.omit({ seq: true, kind: true })),
  /** Exact counts of what was seen, also of what the bounded lists above had no room for. */
  totals: z.object({
    processes: count,
    executions: count,
    connections: count,
    dnsQueries: count,
    files: count,
    fileReads: count,
    memoryAccesses: count,
    privilegedOperations: count,
    findings: count,
  }),
  dropped: z.object({
    /** Events that a sensor had to let go: `kernel-ring-full`, `kernel-program-busy`, … */
    byReason: z.record(z.string(), count),
    /** The same losses by what was lost, where that is known: `exec`, `file-open`, … */
    byKind: z.record(z.string(), count),
    /** Entries that were seen and counted, but found no room in this report's lists: `processes`, `files`, … */
    notListed: z.record(z.string(), count),
  }),
});
export type Report = z.infer<typeof reportSchema>;
