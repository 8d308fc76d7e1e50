/** The one place that joins the parts: sensors → process tree → verdict → events → report. */
import { readFileSync } from "node:fs";

import type { CiContext, Mode, Policy, Report, SensorStatus } from "../protocol/index.ts";
import { DEFAULT_PROTECTED_FILES } from "../protocol/protected-files.ts";
import { createEgressRules, decideEgress, toVerdict } from "./egress/decide.ts";
import { type HostsFile, parseHostsFile } from "./egress/hosts-file.ts";
import type { Judgement, KnownProcess, ProcessLookup } from "./events/assembler-options.ts";
import { createCoalescer } from "./events/coalescer.ts";
import { settlePackets } from "./events/egress-events.ts";
import { createEventAssembler } from "./events/event-assembler.ts";
import { createEventStream } from "./events/event-stream.ts";
import { writeForgotten } from "./events/machine-events.ts";
import { createPacketMatcher } from "./events/packet-matcher.ts";
import { formatTimestamp } from "./events/timestamp.ts";
import type { FlowAddress, Microseconds } from "./observation.ts";
import { toProtectedDirectories } from "./policy/protected-directories.ts";
import { findCgroupRoot } from "./privilege/cgroup-root.ts";
import { isIdOfPid, toProcessId } from "./process/process-id.ts";
import { createProcessTree, type ProcessTree } from "./process/process-tree.ts";
import { WATCHED_ENVIRONMENT } from "./process/watched-environment.ts";
import { createReportBuilder } from "./report/report-builder.ts";
import { defaultReportLimits } from "./report/report-limits.ts";
import type { Scope } from "./sensor/sensor.ts";
import { type SensorOptions, startSensors } from "./sensor/start-sensors.ts";

/**
 * Half as many processes as Linux gives pids to by default on a machine of 32 cores, some 200 bytes each, and the text
 * of their programs: a job's processes have some 500 characters, and can have 16,000.
 */
const TREE_BOUNDS = { maxProcesses: 16_384, maxCharacters: 16_777_216 };
/** Different things that wait for repeats: some 500 bytes each, and 16 KiB where a job makes the longest paths it can. */
const MAX_PENDING_EVENTS = 4_096;
/** How long a thing waits for its repeats. */
const COALESCE_MS = 1_000;
/** Some 200 bytes each. */
const PACKET_BOUNDS = { maxFlows: 4_096, maxSenders: 4_096 };
const HOSTS_FILE = "/etc/hosts";
/** A hosts file that blocks advertisers has 100,000 lines; the guard's memory is worth more than its names. */
const HOSTS_BOUNDS = { maxLength: 1_048_576, maxAddresses: 16_384, maxNamesPerAddress: 64 };

export interface GuardOptions extends Pick<SensorOptions, "choice" | "samplePeriodMs"> {
  readonly scope: Scope;
  /** Null: there is none, and everything is allowed. */
  readonly policy: Policy | null;
  readonly mode: Mode;
  readonly runId: string;
  readonly version: string;
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly ci: CiContext | null;
}

export interface FinishedJob {
  readonly startedAt: Microseconds;
  readonly endedAt: Microseconds;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface Guard extends AsyncDisposable {
  /** The next process that this one starts is the guarded command. */
  arm(): void;
  follow(pid: number): void;
  statuses(): SensorStatus[];
  /** Takes in all that was seen until now, and tells it. */
  finish(job: FinishedJob): Promise<Report>;
}

/** The guard is in force when this returns. Throws `sensor-unavailable`. */
export function createGuard(options: GuardOptions): Guard {
  const { runId, version, command, scope, mode, ci, policy, workingDirectory } = options;
  const builder = createReportBuilder({ limits: defaultReportLimits });
  const stream = createEventStream([(event) => builder.add(event)]);
  const coalescer = createCoalescer(stream, { maxPending: MAX_PENDING_EVENTS });
  const tree = createProcessTree(TREE_BOUNDS);
  const packets = createPacketMatcher(PACKET_BOUNDS);
  const parts = {
    processes: toLookup(tree),
    judge: createJudge(policy),
    coalescer,
    packets,
    stream,
  };
  const assemble = createEventAssembler(parts);
  const sensors = startSensors({
    ...options,
    observe: assemble,
    watchedEnvironment: WATCHED_ENVIRONMENT,
    protectedPaths: toProtectedDirectories(
      policy?.files.protect ?? DEFAULT_PROTECTED_FILES,
      workingDirectory,
    ),
    cgroupRoot: findCgroupRoot(),
    guardedCgroup: null,
    refuses: false,
    refusesPacketSockets: false,
  });
  stream.write(
    {
      kind: "guard-started",
      runId,
      version,
      command: [...command],
      scope: scope.type,
      mode,
      sensors: sensors.statuses(),
      ...(ci ? { ci } : {}),
    },
    Date.now() * 1000,
  );
  const tell = (): void => {
    settlePackets(parts);
    coalescer.flush();
  };
  const timer = setInterval(tell, COALESCE_MS).unref();

  return {
    arm: () => sensors.arm(),
    follow: (pid) => sensors.follow(pid),
    statuses: () => sensors.statuses(),
    async finish({ startedAt, endedAt, exitCode, signal }) {
      await sensors.flush();
      tell();
      const statuses = sensors.statuses();
      writeForgotten(stream, { processes: tree.forgotten, sensors: statuses, at: endedAt });
      stream.write({ kind: "guard-stopped", runId, exitCode, signal, sensors: statuses }, endedAt);
      return builder.build({
        run: {
          id: runId,
          startedAt: formatTimestamp(startedAt),
          endedAt: formatTimestamp(endedAt),
          command: [...command],
          workingDirectory,
          exitCode,
          signal,
          failures: [],
          ci,
        },
        mode,
        sensors: statuses,
        secretsRedacted: 0,
      });
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await sensors[Symbol.asyncDispose]();
    },
  };
}

function toLookup(tree: ProcessTree): ProcessLookup {
  return {
    fork: (observation) => asSeenByJob(tree.fork(observation)),
    exec: (observation) => asSeenByJob(tree.exec(observation)),
    exit: (observation) => tree.exit(observation),
    withPid: (pid) => tree.withPid(pid),
    toId: toProcessId,
  };
}

/** The guard is nobody's parent in its own report: what it starts is the root. */
function asSeenByJob(node: KnownProcess): KnownProcess {
  const isStartedByGuard = node.parentId !== null && isIdOfPid(node.parentId, process.pid);
  return isStartedByGuard ? { ...node, parentId: null } : node;
}

function createJudge(policy: Policy | null): (address: FlowAddress) => Judgement {
  const rules = policy === null ? {} : createEgressRules(policy);
  const hosts = readHostsFile();
  return ({ transport, ip, port }) => {
    const domains = ip === undefined ? [] : hosts.namesOf(ip);
    const decision = decideEgress(rules, { transport, ip, port, domains });
    return { verdict: toVerdict(decision, false), rule: decision.rule, domain: domains[0] };
  };
}

/** Before the job starts: a job that is root can write what it likes into that file. */
function readHostsFile(): HostsFile {
  try {
    return parseHostsFile(readFileSync(HOSTS_FILE, "utf8"), HOSTS_BOUNDS);
  } catch {
    return parseHostsFile("", HOSTS_BOUNDS);
  }
}
