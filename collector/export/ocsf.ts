/** Events as classes of the Open Cybersecurity Schema Framework. What a class has no attribute for is in `unmapped`. */
import type { GuardEvent, GuardEventOf, Severity } from "../../protocol/index.ts";
import type { EventRun } from "./event-run.ts";
import { toAttack, toDefined, toIp, toPid } from "./field-values.ts";

/** https://schema.ocsf.io/1.5.0/. Later ones of 1 read it as well. */
const OCSF_VERSION = "1.5.0";

/** By the number of the class: https://schema.ocsf.io/1.5.0/classes. */
const CLASSES = {
  base: 0,
  file: 1001,
  kernel: 1003,
  memory: 1004,
  process: 1007,
  detection: 2004,
  network: 4001,
  dns: 4003,
  application: 6002,
} as const;
const OTHER = 99;
const SEVERITIES: Readonly<Record<Severity, number>> = {
  info: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};
const FILE_ACTIVITIES = { create: 1, write: 3, delete: 4, rename: 5, chmod: 7 } as const;
const FILE_READ = 2;
const PRODUCT = { name: "Runner Guard", vendor_name: "Runner Guard" };
/** Of a device, a file: not known. */
const UNKNOWN_TYPE = 0;
const REGULAR_FILE = 1;
/** In which classes of the network say whose traffic it was. */
const HOST_PROFILE = "host";
const SYSTEM_CALL = 2;
const OUTBOUND = 2;

type Destination = GuardEventOf<"connection">["destination"];

interface OcsfPart {
  readonly class: keyof typeof CLASSES;
  readonly activity: number;
  readonly severity?: number;
  readonly isFailure?: boolean;
  readonly profiles?: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
  readonly unmapped?: Readonly<Record<string, unknown>>;
}

export function toOcsf(event: GuardEvent, run: EventRun): Record<string, unknown> {
  const part = toPart(event, run);
  const { class: name, activity, severity = 1, isFailure, profiles, fields, unmapped } = part;
  const classUid = CLASSES[name];
  const seen =
    "firstSeen" in event
      ? {
          count: event.count,
          start_time: Date.parse(event.firstSeen),
          end_time: Date.parse(event.lastSeen),
        }
      : {};
  return toDefined({
    class_uid: classUid,
    category_uid: Math.floor(classUid / 1_000),
    activity_id: activity,
    activity_name: activity === OTHER ? event.kind : undefined,
    type_uid: classUid * 100 + activity,
    severity_id: severity,
    status_id: isFailure === undefined ? undefined : isFailure ? 2 : 1,
    time: Date.parse(event.observedAt),
    ...seen,
    metadata: toDefined({
      version: OCSF_VERSION,
      product: { ...PRODUCT, version: run.version },
      profiles,
      uid: `${run.id}:${event.seq}`,
      sequence: event.seq,
      event_code: event.kind,
      correlation_uid: run.id,
      tenant_uid: run.tenant,
    }),
    ...fields,
    unmapped: { guard_run_id: run.guardRunId, ci: run.ci, ...unmapped },
  });
}

function toPart(event: GuardEvent, run: EventRun): OcsfPart {
  switch (event.kind) {
    case "process-started":
      return {
        class: "process",
        activity: 1,
        fields: {
          ...toActing(event.parent, run),
          process: toDefined({
            uid: event.process,
            pid: event.pid,
            name: toBaseName(event.executable),
            cmd_line: event.args.join(" "),
            file: toFile(event.executable, REGULAR_FILE),
            working_directory: event.workingDirectory ?? undefined,
            user: event.userId === null ? undefined : { uid: String(event.userId) },
            parent_process: event.parent === null ? undefined : toProcess(event.parent),
          }),
        },
        unmapped: toDefined({
          args: event.args,
          executed: event.executed,
          image: event.image ?? undefined,
          step: event.step,
        }),
      };
    case "process-exited":
      return {
        class: "process",
        activity: 2,
        fields: {
          ...toActing(event.process, run),
          process: toProcess(event.process),
          ...(event.exitCode !== null && { exit_code: event.exitCode }),
        },
        ...(event.signal !== null && { unmapped: { signal: event.signal } }),
      };
    case "connection":
      return {
        class: "network",
        activity: event.verdict === "blocked" ? 5 : 1,
        profiles: [HOST_PROFILE],
        ...(event.verdict === "blocked" && { isFailure: true }),
        fields: {
          ...toHost(event.process, run),
          dst_endpoint: toEndpoint(event.destination),
          connection_info: {
            direction_id: OUTBOUND,
            protocol_name: event.network.transport,
            protocol_ver_id: toProtocolVersion(event.network.family),
          },
          traffic: { bytes_out: event.bytesSent, bytes_in: event.bytesReceived },
        },
        unmapped: { verdict: event.verdict, rule: event.rule, results: event.results },
      };
    case "dns-query":
      return {
        class: "dns",
        activity: 6,
        profiles: [HOST_PROFILE],
        isFailure: event.failure !== undefined || event.verdict === "blocked",
        fields: {
          ...toHost(event.process, run),
          // Which resolver answered is not known.
          dst_endpoint: { svc_name: "dns", port: 53 },
          query: { hostname: event.name, type: event.type },
          answers: event.answers.map((rdata) => ({ rdata })),
        },
        unmapped: toDefined({ verdict: event.verdict, rule: event.rule, failure: event.failure }),
      };
    case "file-written":
      return {
        class: "file",
        activity: FILE_ACTIVITIES[event.operation],
        fields: {
          ...toActing(event.process, run),
          file: toFile(event.originalPath ?? event.path),
          ...(event.originalPath !== undefined && { file_result: toFile(event.path) }),
        },
        ...(event.mode !== undefined && { unmapped: { mode: event.mode } }),
      };
    case "file-read":
      return {
        class: "file",
        activity: FILE_READ,
        fields: { ...toActing(event.process, run), file: toFile(event.path) },
      };
    case "memory-access":
      return {
        class: "memory",
        activity: event.method === "process-vm-writev" ? 8 : 7,
        isFailure: !event.succeeded,
        fields: {
          ...toActing(event.process, run),
          process: toDefined({ pid: event.target.pid, uid: event.target.process }),
        },
        unmapped: { method: event.method },
      };
    case "privileged-operation":
      return {
        class: "kernel",
        activity: 4,
        isFailure: !event.succeeded,
        fields: {
          ...toActing(event.process, run),
          kernel: { name: event.operation, type_id: SYSTEM_CALL },
          message: event.detail,
        },
      };
    case "finding":
      return {
        class: "detection",
        activity: 1,
        severity: SEVERITIES[event.severity],
        fields: {
          message: event.message,
          is_alert: true,
          finding_info: toDefined({
            uid: `${run.id}:${event.id}`,
            title: event.rule.name,
            desc: event.message,
            analytic: { type_id: 1, uid: event.rule.id, name: event.rule.name },
            attacks: event.technique === undefined ? undefined : [toAttackObject(event.technique)],
            first_seen_time: Date.parse(event.firstSeen),
            last_seen_time: Date.parse(event.lastSeen),
          }),
          evidences: [
            {
              data: event.evidence,
              ...(event.process !== null && { process: toProcess(event.process) }),
            },
          ],
        },
        unmapped: { response: event.response },
      };
    case "secret-found":
      return {
        class: "detection",
        activity: 1,
        severity: SEVERITIES.high,
        fields: {
          message: `a secret in ${event.where}`,
          is_alert: true,
          finding_info: {
            uid: `${run.id}:secret:${event.fingerprint}`,
            title: "A secret was found and masked",
            analytic: { type_id: 1, uid: event.rule },
          },
        },
        unmapped: {
          fingerprint: event.fingerprint,
          confidence: event.confidence,
          encodings: event.encodings,
        },
      };
    case "guard-started":
      return {
        class: "application",
        activity: 3,
        fields: { app: { ...PRODUCT, version: event.version } },
        unmapped: toDefined({
          command: event.command,
          mode: event.mode,
          egress: event.egress,
          sensors: event.sensors,
        }),
      };
    case "guard-stopped":
      return {
        class: "application",
        activity: 4,
        fields: { app: { ...PRODUCT, version: run.version } },
        unmapped: { exit_code: event.exitCode, signal: event.signal, sensors: event.sensors },
      };
    case "heartbeat":
    case "events-dropped":
    case "resource-sample":
    case "posture":
      break;
  }
  const { kind: message, ...unmapped } = event;
  return { class: "base", activity: OTHER, fields: { message }, unmapped };
}

/** Who did it, and where: a run has a machine of its own, of which the collector knows no more. */
function toHost(processId: string | null, { guardRunId }: EventRun): Record<string, unknown> {
  return toDefined({
    actor: processId === null ? undefined : { process: toProcess(processId) },
    device: { type_id: UNKNOWN_TYPE, uid: guardRunId },
  });
}

/** Where an actor is required, also one that nobody knows. */
function toActing(processId: string | null, run: EventRun): Record<string, unknown> {
  return { actor: { app_name: "unknown" }, ...toHost(processId, run) };
}

function toAttackObject(id: string): Record<string, unknown> {
  const { technique, subTechnique } = toAttack(id);
  return toDefined({
    technique: { uid: technique },
    sub_technique: subTechnique === undefined ? undefined : { uid: subTechnique },
  });
}

function toProcess(processId: string): Record<string, unknown> {
  return toDefined({ uid: processId, pid: toPid(processId) });
}

function toFile(path: string, type: number = UNKNOWN_TYPE): Record<string, unknown> {
  return { name: toBaseName(path), path, type_id: type };
}

function toBaseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}

function toEndpoint({ ip, port, domain: hostname, path }: Destination): Record<string, unknown> {
  const address = toIp(ip);
  const name = path ?? (address === undefined ? ip : undefined);
  return toDefined({ ip: address, port, hostname, name });
}

function toProtocolVersion(family: string): number {
  if (family === "ipv4") return 4;
  return family === "ipv6" ? 6 : UNKNOWN_TYPE;
}
