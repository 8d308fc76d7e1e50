/** Brings the sensors into force: the kernel's where it can be had, samples of /proc where not, and the host's beside. */
import type { SensorStatus } from "../../protocol/index.ts";
import { AgentError } from "../errors.ts";
import type { ProcessRef } from "../observation.ts";
import type { ExpectedKernelSensor, KernelConfinement } from "./expect-kernel-sensor.ts";
import { createHostSensor } from "./host/host-sensor.ts";
import { readMachineCounters } from "./host/machine-counters.ts";
import { readMachineMemory } from "./host/machine-memory.ts";
import type { LocalPort } from "./kernel/port-owners.ts";
import type { Observer, Scope, Sensor } from "./sensor.ts";

const PROC_ROOT = "/proc";
const HOST_PERIOD_MS = 5_000;

export interface SensorOptions extends KernelConfinement {
  readonly choice: "auto" | "kernel" | "proc";
  readonly scope: Scope;
  readonly observe: Observer;
  readonly watchedEnvironment: readonly string[];
  /** Absolute paths of files and directories that the proc sensor watches for changes; the kernel's sees all. */
  readonly protectedPaths: readonly string[];
  readonly samplePeriodMs: number;
  /** Undefined with the choice `proc`. */
  readonly kernel: ExpectedKernelSensor | undefined;
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
  /** Whether whoever reaches into memory that is not the job's is killed for it. */
  readonly holdsMemory: boolean;
  /** Scopes `pod` and `host`: a process of the runner's, which the job must not reach into. */
  protect(runner: ProcessRef): void;
}

/** Throws `sensor-unavailable` where a sensor was asked for by name and cannot be had. */
export async function startSensors(options: SensorOptions): Promise<RunningSensors> {
  const kernel = await options.kernel?.start(options, options.observe);
  if (kernel && !("unavailable" in kernel)) {
    const sensors = join([kernel, startHostSensor(options)], {
      arm: () => kernel.arm(),
      follow: () => undefined,
      portOwner: (query) => kernel.portOwner(query),
      holdsCgroup: kernel.holdsCgroup,
      holdsPacketSockets: kernel.holdsPacketSockets,
      holdsMemory: kernel.holdsMemory,
      protect: (runner) => kernel.protect(runner),
    });
    return withSnapshot(sensors, options);
  }
  if (options.choice === "kernel") {
    throw new AgentError(
      "sensor-unavailable",
      `the kernel sensor is not to be had: ${kernel?.unavailable}; runner-guard doctor tells what is missing, --sensor auto takes what there is`,
    );
  }
  // A kernel sensor that works has no need of its thirty files.
  const { followWith, startProcSensor } = await import("./start-proc-sensor.ts");
  const proc = startProcSensor(options);
  const sensors = join([proc, startHostSensor(options)], {
    arm: () => undefined,
    follow: (pid) => followWith(proc, pid),
    portOwner: () => undefined,
    holdsCgroup: false,
    holdsPacketSockets: false,
    holdsMemory: false,
    protect: () => undefined,
  });
  return kernel ? withUnavailable(sensors, kernel.unavailable) : sensors;
}

function startHostSensor({ observe }: SensorOptions): Sensor {
  return createHostSensor({
    observe,
    periodMs: HOST_PERIOD_MS,
    readCounters: () => readMachineCounters({ proc: PROC_ROOT, sys: "/sys" }),
    readMemory: readMachineMemory,
  });
}

function join(
  sensors: readonly Sensor[],
  abilities: Pick<
    RunningSensors,
    | "arm"
    | "follow"
    | "portOwner"
    | "holdsCgroup"
    | "holdsPacketSockets"
    | "holdsMemory"
    | "protect"
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
async function withSnapshot(
  sensors: RunningSensors,
  options: SensorOptions,
): Promise<RunningSensors> {
  if (options.scope.type === "command") return sensors;
  const { takeSnapshot } = await import("./snapshot.ts");
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
