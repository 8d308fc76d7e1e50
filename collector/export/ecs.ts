/** Events in the words of the Elastic Common Schema. What it has no words for stands below `runner_guard`. */
import type { GuardEvent, Severity } from "../../protocol/index.ts";
import type { EventRun } from "./event-run.ts";
import { toAttack, toDefined, toIp, toPid } from "./field-values.ts";

/** https://www.elastic.co/guide/en/ecs/8.11/ecs-field-reference.html. Later ones have all of it as well. */
const ECS_VERSION = "8.11.0";

/** What differs between kinds. */
interface EcsPart {
  readonly kind: "event" | "alert" | "metric" | "state";
  readonly category: readonly string[];
  readonly type: readonly string[];
  readonly action: string;
  readonly outcome?: "success" | "failure" | "unknown";
  readonly severity?: number;
  readonly reason?: string;
  /** Beside `event`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Below `runner_guard`. */
  readonly own?: Readonly<Record<string, unknown>>;
}

const SEVERITIES: Readonly<Record<Severity, number>> = {
  info: 1,
  low: 21,
  medium: 47,
  high: 73,
  critical: 99,
};

export function toEcs(event: GuardEvent, run: EventRun): Record<string, unknown> {
  const { fields, own = {}, ...part } = toPart(event);
  const seen = "firstSeen" in event ? { start: event.firstSeen, end: event.lastSeen } : {};
  const count = "count" in event ? { count: event.count } : {};
  return {
    "@timestamp": event.observedAt,
    ecs: { version: ECS_VERSION },
    event: toDefined({
      ...part,
      ...seen,
      module: "runner_guard",
      dataset: `runner_guard.${event.kind}`,
      sequence: event.seq,
      id: `${run.id}:${event.seq}`,
    }),
    observer: {
      vendor: "Runner Guard",
      product: "runner-guard",
      type: "sensor",
      version: run.version,
    },
    organization: { id: run.tenant },
    labels: toDefined({
      run_id: run.id,
      guard_run_id: run.guardRunId,
      ci_provider: run.ci?.provider,
      repository: run.ci?.repository,
      workflow: run.ci?.workflow,
      job: run.ci?.job,
      ci_run_id: run.ci?.runId,
    }),
    ...fields,
    runner_guard: { kind: event.kind, ...count, ...own },
  };
}

function toPart(event: GuardEvent): EcsPart {
  switch (event.kind) {
    case "process-started":
      return {
        kind: "event",
        category: ["process"],
        type: ["start"],
        action: event.executed ? "exec" : "fork",
        fields: {
          process: toDefined({
            entity_id: event.process,
            pid: event.pid,
            executable: event.executable,
            args: event.args,
            args_count: event.args.length,
            working_directory: event.workingDirectory ?? undefined,
            user: event.userId === null ? undefined : { id: String(event.userId) },
            parent: event.parent === null ? undefined : toProcess(event.parent),
          }),
        },
        own: toDefined({
          group_id: event.groupId ?? undefined,
          image: event.image ?? undefined,
          script: event.script,
          step: event.step,
        }),
      };
    case "process-exited":
      return {
        kind: "event",
        category: ["process"],
        type: ["end"],
        action: "exit",
        fields: {
          process: toDefined({
            ...toProcess(event.process),
            exit_code: event.exitCode ?? undefined,
          }),
        },
        own: toDefined({ signal: event.signal ?? undefined }),
      };
    case "connection":
      return {
        kind: "event",
        category: ["network"],
        type: ["connection", event.verdict === "blocked" ? "denied" : "allowed"],
        action: "connect",
        outcome: event.verdict === "blocked" ? "failure" : "unknown",
        fields: {
          ...toProcessFields(event.process),
          destination: toDefined({
            address: event.destination.domain ?? event.destination.ip ?? event.destination.path,
            ip: toIp(event.destination.ip),
            port: event.destination.port,
            domain: event.destination.domain,
            bytes: event.bytesReceived,
          }),
          source: { bytes: event.bytesSent },
          network: toDefined({
            transport: event.network.transport,
            type: event.network.family.startsWith("ip") ? event.network.family : undefined,
            direction: "egress",
          }),
          rule: { name: event.rule },
        },
        own: { verdict: event.verdict, results: event.results },
      };
    case "dns-query":
      return {
        kind: "event",
        category: ["network"],
        type: ["protocol", event.verdict === "blocked" ? "denied" : "allowed"],
        action: "dns-query",
        outcome: event.failure === undefined ? "success" : "failure",
        ...(event.failure !== undefined && { reason: event.failure }),
        fields: {
          ...toProcessFields(event.process),
          network: { protocol: "dns", direction: "egress" },
          dns: {
            type: "query",
            question: { name: event.name, type: event.type },
            answers: event.answers.map((data) => ({ data })),
          },
          ...(event.rule !== undefined && { rule: { name: event.rule } }),
        },
        own: { verdict: event.verdict },
      };
    case "file-written":
      return {
        kind: "event",
        category: ["file"],
        type: [toFileType(event.operation)],
        action: event.operation,
        fields: {
          ...toProcessFields(event.process),
          file: toDefined({
            path: event.path,
            mode: event.mode === undefined ? undefined : event.mode.toString(8).padStart(4, "0"),
          }),
        },
        own: toDefined({ original_path: event.originalPath }),
      };
    case "file-read":
      return {
        kind: "event",
        category: ["file"],
        type: ["access"],
        action: "open",
        fields: { ...toProcessFields(event.process), file: { path: event.path } },
      };
    case "memory-access":
      return {
        kind: "event",
        category: ["process"],
        type: ["access"],
        action: event.method,
        outcome: event.succeeded ? "success" : "failure",
        fields: toProcessFields(event.process),
        own: { target: event.target },
      };
    case "privileged-operation":
      return {
        kind: "event",
        category: ["process"],
        type: ["change"],
        action: event.operation,
        outcome: event.succeeded ? "success" : "failure",
        fields: { ...toProcessFields(event.process), message: event.detail },
      };
    case "finding":
      return {
        kind: "alert",
        category: ["intrusion_detection"],
        type: ["info"],
        action: event.rule.id,
        severity: SEVERITIES[event.severity],
        fields: {
          ...toProcessFields(event.process),
          message: event.message,
          rule: { id: event.rule.id, name: event.rule.name },
          ...(event.technique !== undefined && {
            threat: { framework: "MITRE ATT&CK", technique: toTechnique(event.technique) },
          }),
        },
        own: {
          finding: event.id,
          severity: event.severity,
          response: event.response,
          evidence: event.evidence,
        },
      };
    case "secret-found":
      return {
        kind: "alert",
        category: ["intrusion_detection"],
        type: ["info"],
        action: "secret-found",
        fields: { message: `a secret in ${event.where}`, rule: { id: event.rule } },
        own: {
          fingerprint: event.fingerprint,
          confidence: event.confidence,
          encodings: event.encodings,
        },
      };
    case "guard-started":
      return {
        kind: "event",
        category: ["host"],
        type: ["start"],
        action: event.kind,
        fields: { process: { args: event.command, args_count: event.command.length } },
        own: toDefined({
          mode: event.mode,
          scope: event.scope,
          egress: event.egress,
          sensors: event.sensors,
        }),
      };
    case "guard-stopped":
      return {
        kind: "event",
        category: ["host"],
        type: ["end"],
        action: event.kind,
        fields: event.exitCode === null ? {} : { process: { exit_code: event.exitCode } },
        own: { sensors: event.sensors },
      };
    case "heartbeat":
      return {
        kind: "state",
        category: ["host"],
        type: ["info"],
        action: event.kind,
        fields: {},
        own: { sensors: event.sensors },
      };
    case "events-dropped":
      return {
        kind: "state",
        category: ["host"],
        type: ["info"],
        action: event.kind,
        reason: event.reason,
        fields: {},
        own: toDefined({ sensor: event.sensor, event_kind: event.eventKind }),
      };
    case "resource-sample": {
      const { seq: _, observedAt: __, kind: action, ...sample } = event;
      return {
        kind: "metric",
        category: ["host"],
        type: ["info"],
        action,
        fields: {},
        own: sample,
      };
    }
    case "posture":
      break;
  }
  return {
    kind: "state",
    category: ["configuration"],
    type: ["info"],
    action: event.kind,
    fields: {},
    own: { score: event.score, checks: event.checks },
  };
}

function toProcess(processId: string): Record<string, unknown> {
  return toDefined({ entity_id: processId, pid: toPid(processId) });
}

function toProcessFields(processId: string | null): Record<string, unknown> {
  return processId === null ? {} : { process: toProcess(processId) };
}

function toTechnique(id: string): Record<string, unknown> {
  const { technique, subTechnique } = toAttack(id);
  return toDefined({
    id: [technique],
    subtechnique: subTechnique === undefined ? undefined : { id: [subTechnique] },
  });
}

function toFileType(operation: string): string {
  if (operation === "create") return "creation";
  return operation === "delete" ? "deletion" : "change";
}
