/** The one place that joins the parts: sensors → process tree → verdict → events → report; and the means to enforce it. */
import { readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";

import type { Mode, Report } from "../../protocol/index.ts";
import { DEFAULT_PROTECTED_FILES } from "../../protocol/protected-files.ts";
import { createEgress, type Egress } from "../egress/egress.ts";
import { toModeInForce } from "../egress/enforcement/mode-in-force.ts";
import type { AssemblerOptions } from "../events/assembler-options.ts";
import { settleEnforcement } from "../events/egress-events.ts";
import { createEventAssembler, type EventAssembler } from "../events/event-assembler.ts";
import { createFilterAttempts } from "../events/filter-attempts.ts";
import type { Flag } from "../events/flagging.ts";
import { writeForgotten } from "../events/machine-events.ts";
import { formatTimestamp } from "../events/timestamp.ts";
import type { Observation, ProcessRef } from "../observation.ts";
import { toProtectedDirectories } from "../policy/protected-directories.ts";
import { WATCHED_ENVIRONMENT } from "../process/watched-environment.ts";
import { parseProcessStat } from "../sensor/proc/process-stat.ts";
import { type RunningSensors, type SensorOptions, startSensors } from "../sensor/start-sensors.ts";
import { comeFirst } from "./come-first.ts";
import { toEnforcement, toStatus } from "./enforcement-status.ts";
import type { GuardRules } from "./guard-rules.ts";
import type { Complete, FinishedJob, Guard, GuardOptions } from "./guard.ts";
import { HEARTBEAT_MS, startHeartbeats } from "./heartbeats.ts";
import { toKernelKills } from "./kernel-kills.ts";
import { makeMeanwhile, makeReady, useWait } from "./make-ready.ts";
import { createPostureTold } from "./posture-told.ts";
import { COALESCER_TURNS, createRecord, type RunRecord } from "./record.ts";
import { createRunRules } from "./run-rules.ts";

const SECOND_MS = 1_000;
/** Processes: findings are few, and whoever starts more of them than this is known by then. */
const MAX_FILTER_ATTEMPTS = 256;

/** The guard is in force when this returns. Throws `sensor-unavailable`. */
export async function createGuard(options: GuardOptions): Promise<Guard> {
  const late: Late = { observe: () => undefined, flag: () => undefined };
  const record = createRecord({ ...options, flag: (thing) => late.flag(thing) });
  const { cgroupRoot, kernel } = options.begun;
  void makeMeanwhile({ redaction: options.redaction, scope: options.scope.type });
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
  const rules = createRunRules({ options, record, egress, catchUp, onRunner });
  late.flag = rules.flag;
  const assemble = withOnExec(createEventAssembler(parts), options.onExec);
  const observe = (observation: Observation): void => {
    assemble(observation);
    rules.observe(observation);
  };
  const sensors = await startSensorsWith(
    egress,
    { ...options, kernel, observe },
    makeReady({ rules, redaction: options.redaction, scope: options.scope.type }),
  );
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

function withOnExec(assemble: EventAssembler, onExec: GuardOptions["onExec"]): EventAssembler {
  if (onExec === undefined) return assemble;
  return (observation) => {
    if (observation.kind === "exec") onExec(observation.process.pid);
    assemble(observation);
  };
}

async function startSensorsWith(
  egress: Egress,
  options: GuardOptions & Pick<SensorOptions, "kernel" | "observe">,
  meanwhile: AsyncIterable<undefined>,
): Promise<RunningSensors> {
  const { policy, workingDirectory } = options;
  try {
    await useWait(options.kernel, meanwhile);
    return await startSensors({
      ...options,
      ...egress.confinement,
      kills: toKernelKills(policy),
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
  readonly record: RunRecord;
  readonly egress: Egress;
  readonly sensors: RunningSensors;
  readonly parts: AssemblerOptions;
  readonly observe: (observation: Observation) => void;
  readonly rules: GuardRules;
}

function toGuard({ options, record, egress, sensors, parts, observe, rules }: GuardParts): Guard {
  const { runId } = options;
  const { stream } = parts;
  let isEnding = false;
  // Asked for anew each time: a guard can be told to be stricter while it runs.
  const findMode = (): Mode => toModeInForce(egress.mode, egress.status());
  writeStarted({ options, egress, sensors, parts }, findMode());
  const tellPosture = createPostureTold(options.posture ?? null, stream);
  const load = async (): Promise<void> => {
    // What the job does meanwhile is judged in between: nobody who is to be ended lives on until all of it can be told.
    const turns = makeReady({ rules, redaction: options.redaction, scope: options.scope.type });
    for await (const _ of turns) await nextTurn();
    record.release();
    await tellPosture();
  };
  let loading: Promise<void> | undefined;
  const release = (): Promise<void> => (loading ??= load());
  const begin = (): void => {
    comeFirst();
    void release();
  };
  if (options.scope.type !== "command") begin();
  const tell = (which: "old" | "all", occasion: "second" | "end"): void => {
    settleEnforcement(parts, which);
    if (which === "all") parts.coalescer.flush();
    record.secrets.flush();
    rules.review(occasion);
  };
  const heartbeats = startHeartbeats({
    stream,
    statuses: () => sensors.statuses(),
    periodMs: HEARTBEAT_MS,
  });
  const timer = setInterval(tell, SECOND_MS, "old", "second").unref();
  const turnTimer = setInterval(() => parts.coalescer.turn(), SECOND_MS / COALESCER_TURNS).unref();
  const takeIn = async (occasion: "second" | "end"): Promise<void> => {
    await release();
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
        ...(options.lockdown && { lockdown: options.lockdown() }),
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
      begin();
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
    async endJob(order) {
      // Nothing comes behind `guard-stopped`.
      if (isEnding) throw new Error("the guard is ending");
      return rules.endJob(order);
    },
    noteTightening(order, what, problem) {
      if (!isEnding) rules.noteTightening(order, what, problem);
    },
    noteTampering(message, culprit) {
      const at = Date.now() * 1000;
      const evidence = culprit === undefined ? {} : { userId: culprit.userId };
      observe({ kind: "tamper", at, pid: culprit?.pid, message, evidence });
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
      isEnding = true;
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
    connectOwn: egress.connectOwn,
    findMissingHosts: () => egress.findMissingHosts(),
    settleResponses: () => rules.settle(),
    holdsLeftovers: () => egress.holdsLeftovers(),
    async [Symbol.asyncDispose]() {
      heartbeats[Symbol.dispose]();
      clearInterval(timer);
      clearInterval(turnTimer);
      // nft removes the table while the kernel takes its programs back, which holds this thread.
      await Promise.all([
        egress[Symbol.asyncDispose](),
        nextTurn().then(() => sensors[Symbol.asyncDispose]()),
      ]);
    },
  };
}

function writeStarted(
  { options, egress, sensors, parts }: Omit<GuardParts, "record" | "observe" | "rules">,
  mode: Mode,
): void {
  const { runId, version, command, scope, ci, lockdown } = options;
  parts.stream.write(
    {
      kind: "guard-started",
      runId,
      version,
      command: [...command],
      scope: scope.type,
      mode,
      enforcement: toEnforcement(egress, sensors),
      ...(lockdown && { lockdown: lockdown() }),
      egress: egress.describe(),
      sensors: sensors.statuses(),
      ...(ci ? { ci } : {}),
    },
    Date.now() * 1000,
  );
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
