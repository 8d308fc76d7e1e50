/** Brings the sensors into force: the kernel's where it can be had, samples of /proc where not, and the host's beside. */
import type { SensorStatus } from "../../protocol/index.ts";
import { AgentError } from "../errors.ts";
import type { ProcessRef } from "../observation.ts";
import { createHostSensor } from "./host/host-sensor.ts";
import { readMachineCounters } from "./host/machine-counters.ts";
import { readMachineMemory } from "./host/machine-memory.ts";
import { createKernelSensor, type KernelSensor } from "./kernel/kernel-sensor.ts";
import type { LocalPort } from "./kernel/port-owners.ts";
import { createOwnProcesses } from "./proc/own-processes.ts";
import { DEFAULT_PROC_BOUNDS } from "./proc/proc-bounds.ts";
import { createProcSensor, type ProcSensor } from "./proc/proc-sensor.ts";
import { createProcessTable } from "./proc/process-table.ts";
import { createSamplingClock } from "./proc/sampling-clock.ts";
import type { Observer, Scope, Sensor } from "./sensor.ts";
import { takeSnapshot } from "./snapshot.ts";

const PROC_ROOT = "/proc";
const HOST_PERIOD_MS = 5_000;

export interface SensorOptions {
  readonly choice: "auto" | "kernel" | "proc";
  readonly scope: Scope;
  readonly observe: Observer;
  readonly watchedEnvironment: readonly string[];
  /** Absolute paths of files and directories that the proc sensor watches for changes; the kernel's sees all. */
  readonly protectedPaths: readonly string[];
  readonly samplePeriodMs: number;
  /** Where the cgroup v2 tree is mounted, or null. */
  readonly cgroupRoot: string | null;
  /** The directory of the cgroup that the command's sockets have to be made in, or null. */
  readonly guardedCgroup: { readonly path: string } | null;
  /** Whether the command's sockets outside of it are refused, or only told. */
  readonly refuses: boolean;
  /** Whether a process of the command that makes a packet socket is killed. */
  readonly refusesPacketSockets: boolean;
}

export interface RunningSensors extends AsyncDisposable {
  /** To be called right before the guarded command is started. */
  arm(): void;
  /** To be called right after. */
  follow(pid: number): void;
  statuses(): SensorStatus[];
  flush(): Promise<void>;
  /** Who asked the resolver from this port last; undefined where that is not known, as with the proc sensor. */
  portOwner(query: LocalPort): ProcessRef | undefined;
  /** Whether the kernel refuses the command's sockets outside the guarded cgroup, as proven at the start. */
  readonly holdsCgroup: boolean;
  /**
   * Whether whoever makes a packet socket is killed for it: what does so is loaded and attached, which is no proof. Not
   * before it could have sent by the same io_uring submission: against that it takes a command without CAP_NET_RAW, or a
   * netdev chain.
   */
  readonly holdsPacketSockets: boolean;
}

/** Throws `sensor-unavailable` where a sensor was asked for by name and cannot be had. */
export function startSensors(options: SensorOptions): RunningSensors {
  const host = createHostSensor({
    observe: options.observe,
    periodMs: HOST_PERIOD_MS,
    readCounters: () => readMachineCounters({ proc: PROC_ROOT, sys: "/sys" }),
    readMemory: readMachineMemory,
  });
  const kernel = options.choice === "proc" ? undefined : startKernelSensor(options);
  if (kernel && !("unavailable" in kernel)) {
    const sensors = join([kernel, host], {
      arm: () => kernel.arm(),
      follow: () => undefined,
      portOwner: (query) => kernel.portOwner(query),
      holdsCgroup: kernel.holdsCgroup,
      holdsPacketSockets: kernel.holdsPacketSockets,
    });
    return withSnapshot(sensors, options);
  }
  if (options.choice === "kernel") {
    void host[Symbol.asyncDispose]();
    throw new AgentError(
      "sensor-unavailable",
      `the kernel sensor is not to be had: ${kernel?.unavailable}; runner-guard doctor tells what is missing, --sensor auto takes what there is`,
    );
  }
  const proc = startProcSensor(options);
  const sensors = join([proc, host], {
    arm: () => undefined,
    follow: (pid) => followWith(proc, pid),
    portOwner: () => undefined,
    holdsCgroup: false,
    holdsPacketSockets: false,
  });
  return kernel ? withUnavailable(sensors, kernel.unavailable) : sensors;
}

function startKernelSensor(options: SensorOptions): KernelSensor | { unavailable: string } {
  return createKernelSensor({
    scope: options.scope,
    observe: options.observe,
    watchedEnvironment: options.watchedEnvironment,
    watchedFiles: [],
    cgroupRoot: options.cgroupRoot,
    guardedCgroup: options.guardedCgroup,
    refuses: options.refuses,
    refusesPacketSockets: options.refusesPacketSockets,
  });
}

function startProcSensor(options: SensorOptions): ProcSensor {
  return createProcSensor({
    scope: options.scope,
    observe: options.observe,
    periodMs: options.samplePeriodMs,
    clock: createSamplingClock(),
    // The command itself is the guard's child.
    isIgnored:
      options.scope.type === "command" ? (pid) => pid === process.pid : createOwnProcesses(),
    protectedPaths: options.protectedPaths,
    watchedEnvironment: options.watchedEnvironment,
    bounds: DEFAULT_PROC_BOUNDS,
    procRoot: PROC_ROOT,
  });
}

function followWith(proc: ProcSensor, pid: number): void {
  const table = createProcessTable({
    root: PROC_ROOT,
    watchedEnvironment: [],
    ...DEFAULT_PROC_BOUNDS,
  });
  const stat = table.stat(pid);
  // A command that is over already was too fast for samples.
  if (stat) proc.setRoot({ pid, startTicks: stat.startTicks });
}

function join(
  sensors: readonly Sensor[],
  abilities: Pick<
    RunningSensors,
    "arm" | "follow" | "portOwner" | "holdsCgroup" | "holdsPacketSockets"
  >,
): RunningSensors {
  return {
    ...abilities,
    statuses: () => sensors.map((sensor) => sensor.status()),
    async flush() {
      await Promise.all(sensors.map((sensor) => sensor.flush()));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(sensors.map((sensor) => sensor[Symbol.asyncDispose]()));
    },
  };
}

/** A command that is yet to be started has nothing that runs already. */
function withSnapshot(sensors: RunningSensors, options: SensorOptions): RunningSensors {
  if (options.scope.type === "command") return sensors;
  const gaps = takeSnapshot({ ...options, procRoot: PROC_ROOT });
  if (gaps.length === 0) return sensors;
  const remark = `what ran before is known in part: ${gaps.join("; ")}`;
  return {
    ...sensors,
    statuses: () =>
      sensors
        .statuses()
        .map((status) =>
          status.name === "kernel"
            ? { ...status, reason: [status.reason, remark].filter(Boolean).join("; ") }
            : status,
        ),
  };
}

/** Says that the better sensor was tried, and why it is not there. */
function withUnavailable(sensors: RunningSensors, reason: string): RunningSensors {
  const kernel: SensorStatus = {
    name: "kernel",
    status: "unavailable",
    reason,
    eventsSeen: 0,
    eventsDropped: 0,
  };
  return { ...sensors, statuses: () => [kernel, ...sensors.statuses()] };
}
