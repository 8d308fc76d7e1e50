/** The one place that joins the parts: sensors → process tree → verdict → events → report; and the means to enforce it. */
import { readFileSync } from "node:fs";

import type {
  CiContext,
  CiStep,
  Enforcement,
  GuardEvent,
  Mode,
  Policy,
  Report,
  SensorStatus,
} from "../protocol/index.ts";
import { DEFAULT_KILLS_PER_MINUTE } from "../protocol/kill-limit.ts";
import { DEFAULT_PROTECTED_FILES } from "../protocol/protected-files.ts";
import type { BeginGuardOptions, BegunGuard } from "./begin-guard.ts";
import {
  createEgress,
  type Egress,
  type EgressStatus,
  type Reload,
  type Tightening,
} from "./egress/egress.ts";
import { toModeInForce } from "./egress/enforcement/mode-in-force.ts";
import type { AssemblerOptions, KnownProcess, ProcessLookup } from "./events/assembler-options.ts";
import { createBegunFlows } from "./events/begun-flows.ts";
import { createCoalescer } from "./events/coalescer.ts";
import { settleEnforcement } from "./events/egress-events.ts";
import { createEventAssembler, type EventAssembler } from "./events/event-assembler.ts";
import { createEventStream } from "./events/event-stream.ts";
import { createFilterAttempts } from "./events/filter-attempts.ts";
import type { Flag } from "./events/flagging.ts";
import { createHeldStream } from "./events/held-stream.ts";
import { createLatestStep } from "./events/latest-step.ts";
import { writeForgotten } from "./events/machine-events.ts";
import { createPacketMatcher } from "./events/packet-matcher.ts";
import { createSecretFindings, type FoundSecret } from "./events/secret-findings.ts";
import { toSecretPlace } from "./events/secret-place.ts";
import { createTamperFindings } from "./events/tamper-findings.ts";
import { formatTimestamp } from "./events/timestamp.ts";
import { createUnsentDatagrams } from "./events/unsent-datagrams.ts";
import { createGuardRules, type GuardRules, type Responses } from "./guard-rules.ts";
import { findUnwithheld, type WithheldCapability } from "./job/capability.ts";
import type { FlowAddress, Microseconds, Observation, ProcessRef } from "./observation.ts";
import { toProtectedDirectories } from "./policy/protected-directories.ts";
import type { ClusterApi } from "./process/cluster-api.ts";
import { isIdOfPid, toProcessId } from "./process/process-id.ts";
import { createProcessTree, type ProcessTree } from "./process/process-tree.ts";
import { WATCHED_ENVIRONMENT } from "./process/watched-environment.ts";
import { createEventRedactor } from "./redact/record/event-redactor.ts";
import { redactReport } from "./redact/record/report-redactor.ts";
import { createTextRedaction } from "./redact/record/text-redaction.ts";
import type { Redaction } from "./redact/redaction.ts";
import { createReportBuilder, type FinishedRun } from "./report/report-builder.ts";
import { defaultReportLimits } from "./report/report-limits.ts";
import { createRecentEvents } from "./respond/recent-events.ts";
import { parseProcessStat } from "./sensor/proc/process-stat.ts";
import { type RunningSensors, type SensorOptions, startSensors } from "./sensor/start-sensors.ts";

/**
 * Half as many processes as Linux gives pids to by default on a machine of 32 cores, some 200 bytes each, and the text
 * of their programs: a job's processes have some 500 characters, and can have 16,000.
 */
const TREE_BOUNDS = { maxProcesses: 16_384, maxCharacters: 16_777_216 };
/** Different things that wait for repeats: some 500 bytes each, and 16 KiB where a job makes the longest paths it can. */
const MAX_PENDING_EVENTS = 4_096;
/** How long a thing waits for its repeats. */
const COALESCE_MS = 1_000;
/** Some 100 bytes each. */
const MAX_UNSENT_DATAGRAMS = 4_096;
/** As many as the packet filter lets live on. */
const MAX_BEGUN_FLOWS = 4_096;
/** Some 200 bytes each. */
const PACKET_BOUNDS = { maxFlows: 4_096, maxSenders: 4_096 };
/** Processes: findings are few, and whoever starts more of them than this is known by then. */
const MAX_FILTER_ATTEMPTS = 256;
/** Different changes of a second, some 500 bytes each. */
const TAMPER_BOUNDS = { maxWaiting: 64, maxPidsOfOne: 256 };
/** What an incident's bundle holds of what happened before: some 500 bytes each. */
const MAX_RECENT_EVENTS = 1_000;
/** Some 500 bytes each. */
const SECRET_BOUNDS = { maxPending: 1_024 };

export interface GuardOptions extends BeginGuardOptions, Pick<SensorOptions, "samplePeriodMs"> {
  /** Null: there is none, and everything is allowed. */
  readonly policy: Policy | null;
  readonly begun: BegunGuard;
  readonly version: string;
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** The checkout, where the CI system names it. */
  readonly workspace?: string | undefined;
  /** Of whoever the job runs as. */
  readonly home?: string | undefined;
  /** Of the cluster whose pod this is. */
  readonly clusterApi?: ClusterApi | undefined;
  /** Where to keep what is needed to understand an incident. */
  readonly incidentDirectory?: string | undefined;
  readonly ci: CiContext | null;
  /** Of this guard alone. What it knows by the time that something leaves the guard is masked in it. */
  readonly redaction: Redaction;
  /** Called when a process is seen to run a program, before anything is told of it. */
  readonly onExec?: (pid: number) => void;
}

/** Where in the job's output or log a secret stood. */
export interface PrintedAt {
  /** In words, without the line: `output of the job`. */
  readonly where: string;
  /** Absent: the one that started something last. */
  readonly step?: CiStep;
  /** Absent: now. */
  readonly at?: Microseconds;
}

export interface FinishedJob {
  readonly startedAt: Microseconds;
  readonly endedAt: Microseconds;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface Guard extends AsyncDisposable {
  readonly mode: Mode;
  enforcement(): Enforcement;
  statuses(): SensorStatus[];
  /**
   * `start` starts the guarded command and returns when it has; meanwhile the guard is where the command is to be. It calls
   * `arm` right before: the next process that this one starts is the command.
   */
  startWithin<Started>(start: (arm: () => void) => Started): Started;
  /** What the command is to start without. */
  readonly withheldCapabilities: readonly WithheldCapability[];
  follow(pid: number): void;
  /** Whether policy lets a connection be that was there before; nothing else stands in its way. */
  allowsBegun(address: FlowAddress): boolean;
  /** The process has these connections, which it did not begin. */
  noteBegun(pid: number, addresses: readonly FlowAddress[]): void;
  /** Stricter from now on; what was allowed and is under way goes on. */
  tighten(tightening: Tightening): Promise<Reload>;
  /** Somebody tried to weaken the guard by a way that does not lead there. */
  noteTampering(message: string): void;
  readonly redaction: Redaction;
  /** The job printed a secret, which was masked for those who read it through the guard. */
  noteSecret(found: FoundSecret, printed: PrintedAt): void;
  /** All that was seen until now; the guard goes on. What `complete` adds is redacted as the rest is. */
  report(job: FinishedJob, complete?: Complete): Promise<Report>;
  /** The same, for the last time. */
  finish(job: FinishedJob, complete?: Complete): Promise<Report>;
  /** Of the hosts that policy allows by their whole name those that do not exist. */
  findMissingHosts(): Promise<readonly string[]>;
  /** Waits for kills that are under way, and tells what was done besides what the findings say. */
  settleResponses(): Promise<Responses>;
  /** Processes of the command's live on, and what blocks them stays when the guard has gone. */
  holdsLeftovers(): boolean;
}

type Complete = (report: Report) => Report;

/** The guard is in force when this returns. Throws `sensor-unavailable`. */
export async function createGuard(options: GuardOptions): Promise<Guard> {
  const late: Late = { observe: () => undefined, flag: () => undefined };
  const record = createRecord(options.redaction, (thing) => late.flag(thing));
  const { cgroupRoot, kernel } = options.begun;
  const egress = await createEgress(
    {
      ...options,
      mode: options.requestedMode,
      choice: options.enforcement,
      scope: options.scope.type,
      cgroupRoot,
      observe: (observation) => late.observe(observation),
      findClient: (client) => late.sensors?.portOwner(client),
    },
    options.begun.egress,
  );
  const parts = {
    ...record.parts,
    judge: egress.judge,
    ...(egress.confinement.withheldCapabilities.includes("NET_ADMIN") && {
      filterAttempts: createFilterAttempts({
        maxProcesses: MAX_FILTER_ATTEMPTS,
        tell: (observation) => record.parts.tampering.add(observation),
      }),
    }),
  };
  const catchUp = async (): Promise<void> => late.sensors?.flush();
  const onRunner = (runner: ProcessRef): void => late.sensors?.protect(runner);
  const rules = createRules({ options, record, egress, catchUp, onRunner });
  late.flag = rules.flag;
  const assemble = withOnExec(createEventAssembler(parts), options.onExec);
  const observe = (observation: Observation): void => {
    assemble(observation);
    rules.observe(observation);
  };
  const sensors = await startSensorsWith(egress, { ...options, kernel, observe });
  late.sensors = sensors;
  // What the sensors' canaries have sent until now is nobody's.
  egress.settle();
  late.observe = observe;
  return toGuard({ options, record, egress, sensors, parts, observe, rules });
}

/** What is made later than those who need it: questions for names are told with whom the sensor saw asking. */
interface Late {
  sensors?: RunningSensors;
  observe: (observation: Observation) => void;
  flag: Flag;
}

function createRules({
  options: {
    policy,
    scope,
    workingDirectory,
    workspace,
    home,
    clusterApi,
    incidentDirectory,
    runId,
    redaction,
  },
  record: { tree, parts, recent },
  egress: { judge, names, confinement },
  catchUp,
  onRunner,
}: Pick<GuardParts, "options" | "record" | "egress"> & {
  readonly catchUp: () => Promise<void>;
  readonly onRunner: (runner: ProcessRef) => void;
}): GuardRules {
  return createGuardRules({
    settings: policy?.rules ?? {},
    stream: parts.stream,
    network: {
      judge,
      judgeName: names.judge,
      knowsNames: names.areSeen,
      isResolver: names.isResolver,
    },
    place: {
      workspace: workspace ?? workingDirectory,
      home,
      clusterApi,
      guardPid: process.pid,
      scope: scope.type,
    },
    toId: toProcessId,
    stepOf: (pid) => tree.withPid(pid)?.step,
    responses: {
      cgroup: confinement.guardedCgroup?.path ?? null,
      neverKill: policy?.responses["never-kill"] ?? [],
      maxKillsPerMinute: policy?.responses["max-kills-per-minute"] ?? DEFAULT_KILLS_PER_MINUTE,
      catchUp,
      onRunner,
    },
    incidents:
      incidentDirectory === undefined
        ? null
        : {
            directory: incidentDirectory,
            runId,
            recentEvents: () => recent.list(),
            redactText: (text) => redaction.redactText(text),
          },
  });
}

function withOnExec(assemble: EventAssembler, onExec: GuardOptions["onExec"]): EventAssembler {
  if (onExec === undefined) return assemble;
  return (observation) => {
    if (observation.kind === "exec") onExec(observation.process.pid);
    assemble(observation);
  };
}

/** Where everything that was seen is gathered. */
function createRecord(redaction: Redaction, flag: Flag) {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  const texts = createTextRedaction(redaction);
  const redact = createEventRedactor(texts, (found, event) => {
    const place = toSecretPlace(event);
    if (place !== undefined) secrets.add(found, place, Date.now() * 1000);
  });
  const latest = createLatestStep();
  const recent = createRecentEvents<GuardEvent>(MAX_RECENT_EVENTS);
  const sinks = [
    (event: GuardEvent) => builder.add(event),
    (event: GuardEvent) => latest.note(event),
    (event: GuardEvent) => recent.add(event),
  ];
  const stream = createHeldStream(createEventStream(sinks, redact));
  const secrets = createSecretFindings({ stream, flag }, SECRET_BOUNDS);
  const tree = createProcessTree(TREE_BOUNDS);
  const processes = toLookup(tree);
  const parts = {
    processes,
    coalescer: createCoalescer(stream, { maxPending: MAX_PENDING_EVENTS }),
    packets: createPacketMatcher(PACKET_BOUNDS),
    unsent: createUnsentDatagrams({ maxKeys: MAX_UNSENT_DATAGRAMS }),
    begun: createBegunFlows({ maxKeys: MAX_BEGUN_FLOWS }),
    tampering: createTamperFindings({ processes, flag }, TAMPER_BOUNDS),
    stream,
  };
  const build = (finished: Omit<FinishedRun, "secretsRedacted">, complete: Complete): Report => {
    const built = builder.build({ ...finished, secretsRedacted: 0 });
    const report = redactReport(complete(built), texts);
    return { ...report, secrets: { ...report.secrets, redacted: redaction.counts.redacted } };
  };
  return { tree, parts, secrets, latest, recent, release: () => stream.release(), build };
}

async function startSensorsWith(
  egress: Egress,
  options: GuardOptions & Pick<SensorOptions, "kernel" | "observe">,
): Promise<RunningSensors> {
  const { policy, workingDirectory } = options;
  try {
    return await startSensors({
      ...options,
      ...egress.confinement,
      watchedEnvironment: WATCHED_ENVIRONMENT,
      protectedPaths: toProtectedDirectories(
        policy?.files.protect ?? DEFAULT_PROTECTED_FILES,
        workingDirectory,
      ),
    });
  } catch (error) {
    await egress[Symbol.asyncDispose]();
    throw error;
  }
}

interface GuardParts {
  readonly options: GuardOptions;
  readonly record: ReturnType<typeof createRecord>;
  readonly egress: Egress;
  readonly sensors: RunningSensors;
  readonly parts: AssemblerOptions;
  readonly observe: (observation: Observation) => void;
  readonly rules: GuardRules;
}

function toGuard({ options, record, egress, sensors, parts, observe, rules }: GuardParts): Guard {
  const { runId } = options;
  const { stream } = parts;
  // Asked for anew each time: a guard can be told to be stricter while it runs.
  const findMode = (): Mode => toModeInForce(egress.mode, egress.status());
  writeStarted({ options, egress, sensors, parts }, findMode());
  // A command starts before anything is told: until then nobody waits for the redaction to be made.
  const release = (): void => {
    record.release();
    void rules.load();
  };
  if (options.scope.type !== "command") release();
  const tell = (which: "old" | "all", occasion: "second" | "end"): void => {
    settleEnforcement(parts, which);
    parts.coalescer.flush();
    record.secrets.flush();
    rules.review(occasion);
  };
  const timer = setInterval(tell, COALESCE_MS, "old", "second").unref();
  const takeIn = async (occasion: "second" | "end"): Promise<void> => {
    record.release();
    await rules.load();
    await sensors.flush();
    egress.settle();
    tell("all", occasion);
  };
  const build = (job: FinishedJob, complete: Complete = (report) => report): Report =>
    record.build(
      {
        run: toRun(options, job),
        mode: findMode(),
        enforcement: toStatus(egress, sensors),
        sensors: sensors.statuses(),
      },
      complete,
    );

  return {
    get mode() {
      return findMode();
    },
    enforcement: () => toEnforcement(egress, sensors),
    statuses: () => sensors.statuses(),
    startWithin: (start) => egress.startWithin(() => start(() => sensors.arm())),
    withheldCapabilities: egress.confinement.withheldCapabilities,
    follow(pid) {
      sensors.follow(pid);
      release();
    },
    allowsBegun: (address) => parts.judge(address, "begun").verdict === "allowed",
    noteBegun(pid, addresses) {
      const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`));
      if (stat === undefined) return;
      const process = { pid, startTicks: stat.startTicks };
      const at = Date.now() * 1000;
      for (const address of addresses) {
        observe({ kind: "connect", at, process, address, origin: "snapshot" });
      }
    },
    tighten: (tightening) => egress.tighten(tightening),
    noteTampering(message) {
      const at = Date.now() * 1000;
      observe({ kind: "tamper", at, pid: undefined, message, evidence: {} });
    },
    redaction: options.redaction,
    noteSecret(found, { where, step = record.latest.step, at = Date.now() * 1000 }) {
      record.secrets.add(found, { kind: "printed", where, step }, at);
    },
    async report(job, complete) {
      await takeIn("second");
      return build(job, complete);
    },
    async finish(job, complete) {
      await takeIn("end");
      // Kills that are under way belong to the report.
      await rules.settle();
      const { endedAt, exitCode, signal } = job;
      const statuses = sensors.statuses();
      writeForgotten(stream, {
        processes: record.tree.forgotten,
        sensors: statuses,
        at: endedAt,
      });
      stream.write({ kind: "guard-stopped", runId, exitCode, signal, sensors: statuses }, endedAt);
      return build(job, complete);
    },
    findMissingHosts: () => egress.findMissingHosts(),
    settleResponses: () => rules.settle(),
    holdsLeftovers: () => egress.holdsLeftovers(),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await egress[Symbol.asyncDispose]();
      await sensors[Symbol.asyncDispose]();
    },
  };
}

function writeStarted(
  { options, egress, sensors, parts }: Omit<GuardParts, "record" | "observe" | "rules">,
  mode: Mode,
): void {
  const { runId, version, command, scope, ci } = options;
  parts.stream.write(
    {
      kind: "guard-started",
      runId,
      version,
      command: [...command],
      scope: scope.type,
      mode,
      enforcement: toEnforcement(egress, sensors),
      sensors: sensors.statuses(),
      ...(ci ? { ci } : {}),
    },
    Date.now() * 1000,
  );
}

function toEnforcement(egress: Egress, sensors: RunningSensors): Enforcement {
  const { mechanism, reason, builtIn } = toStatus(egress, sensors);
  return { mechanism, ...(reason === undefined ? {} : { reason }), builtIn };
}

/** With what the command starts without, and what it was to be held to and is not. */
function toStatus(egress: Egress, sensors: RunningSensors): EgressStatus {
  const status = egress.status();
  const { refuses, withheldCapabilities: asked } = egress.confinement;
  const kept = asked.length === 0 ? [] : findUnwithheld(asked, readOwnStatus());
  const withheld = asked.filter((capability) => !kept.includes(capability));
  const reasons = [
    status.reason,
    refuses && !sensors.holdsCgroup ? MAY_LEAVE : undefined,
    describeUnwithheld(kept),
  ].filter(Boolean);
  return {
    ...status,
    ...(withheld.length > 0 && { withheld: withheld.map((name) => `CAP_${name}`) }),
    ...(reasons.length > 0 && { reason: reasons.join("; ") }),
  };
}

const MAY_LEAVE =
  "without the kernel sensor a job that is root can move to another control group, where it is not judged";

function readOwnStatus(): string {
  return readFileSync("/proc/self/status", "latin1");
}

function describeUnwithheld(names: readonly WithheldCapability[]): string | undefined {
  return names.length === 0
    ? undefined
    : `without the capability SETPCAP a job that becomes root, with sudo perhaps, gets ${names.join(" and ")}, and past the packet filter with it`;
}

function toRun(
  { runId, command, workingDirectory, ci }: GuardOptions,
  { startedAt, endedAt, exitCode, signal }: FinishedJob,
): Report["run"] {
  return {
    id: runId,
    startedAt: formatTimestamp(startedAt),
    endedAt: formatTimestamp(endedAt),
    command: [...command],
    workingDirectory,
    exitCode,
    signal,
    failures: [],
    ci,
  };
}

function toLookup(tree: ProcessTree): ProcessLookup {
  return {
    fork: (observation) => asSeenByJob(tree.fork(observation)),
    exec: (observation) => asSeenByJob(tree.exec(observation)),
    exit: (observation) => tree.exit(observation),
    withPid: (pid) => tree.withPid(pid),
    lastWithPid: (pid) => tree.lastWithPid(pid),
    toId: toProcessId,
  };
}

/** The guard is nobody's parent in its own report: what it starts is the root. */
function asSeenByJob(node: KnownProcess): KnownProcess {
  const isStartedByGuard = node.parentId !== null && isIdOfPid(node.parentId, process.pid);
  return isStartedByGuard ? { ...node, parentId: null } : node;
}
