import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

import type { Observation } from "../../../../../agent/observation.ts";
import {
  createKernelSensor,
  type KernelSensor,
  type KernelSensorOptions,
} from "../../../../../agent/sensor/kernel/kernel-sensor.ts";
import type { SensorStatus } from "../../../../../protocol/index.ts";
import { parseRecords, type ProgramRecord } from "../../../../support/run-program.ts";

const POLL_MS = 5;
const DEADLINE_MS = 10_000;

export type Of<K extends Observation["kind"]> = Extract<Observation, { kind: K }>;

export interface ObservedCommand {
  readonly pid: number;
  readonly exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
  readonly status: SensorStatus;
  readonly observations: readonly Observation[];
  readonly stdout: string;
  /** What a fixture program said that it did. */
  readonly records: readonly ProgramRecord[];
}

export interface ObserveOptions {
  readonly sensor?: Partial<KernelSensorOptions>;
  /** One that is at work already: see useStandingSensor. */
  readonly watching?: WatchingSensor;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly stdio?: readonly ["ignore" | "pipe" | number, "pipe", "inherit" | "pipe" | number];
  /** What has to be seen although it comes after the command's end, such as the end of a connection. */
  readonly until?: (observations: readonly Observation[]) => boolean;
  /** Goes on beside the command. */
  readonly meanwhile?: (pid: number) => Promise<void> | void;
}

export interface WatchingSensor extends AsyncDisposable {
  readonly sensor: KernelSensor;
  readonly observations: readonly Observation[];
}

/** A sensor at work in the real kernel. Fails the test where there is none to be had. */
export async function watch(options: Partial<KernelSensorOptions> = {}): Promise<WatchingSensor> {
  const observations: Observation[] = [];
  const sensor = await createKernelSensor({
    scope: { type: "command" },
    watchedEnvironment: [],
    watchedFiles: [],
    cgroupRoot: findCgroupRoot(),
    guardedCgroup: null,
    refuses: false,
    refusesPacketSockets: false,
    observe: (observation) => void observations.push(observation),
    ...options,
  });
  if ("unavailable" in sensor) throw new Error(sensor.unavailable);
  return {
    sensor,
    observations,
    [Symbol.asyncDispose]: () => sensor[Symbol.asyncDispose](),
  };
}

/** Runs a command as the guarded one, to its end, and returns everything that the kernel sensor told of it. */
export async function observeCommand(
  argv: readonly string[],
  options: ObserveOptions = {},
): Promise<ObservedCommand> {
  if (options.watching !== undefined) return observeWith(options.watching, argv, options);
  await using watching = await watch(options.sensor);
  return await observeWith(watching, argv, options);
}

async function observeWith(
  { sensor, observations }: WatchingSensor,
  [program = "", ...args]: readonly string[],
  options: ObserveOptions,
): Promise<ObservedCommand> {
  const before = observations.length;
  const told = (): readonly Observation[] => observations.slice(before);
  sensor.arm();
  const child = spawn(program, args, {
    stdio: [...(options.stdio ?? ["ignore", "pipe", "inherit"])],
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  const closed = once(child, "close");
  const output = child.stdout === null ? "" : text(child.stdout);
  await options.meanwhile?.(child.pid ?? 0);
  await closed;
  await sensor.flush();
  await waitUntil(sensor, () => options.until?.(told()) ?? true);
  const stdout = await output;
  return {
    pid: child.pid ?? 0,
    exit: { code: child.exitCode, signal: child.signalCode },
    status: sensor.status(),
    observations: told(),
    stdout,
    records: parseRecords(stdout),
  };
}

/** Gives up silently: what is missing then is for the test's own expectation to say. */
async function waitUntil(sensor: KernelSensor, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!holds() && performance.now() < deadline) {
    await delay(POLL_MS);
    await sensor.flush();
  }
}

export function ofKind<K extends Observation["kind"]>(
  { observations }: Pick<ObservedCommand, "observations">,
  kind: K,
): Of<K>[] {
  return observations.filter((observation): observation is Of<K> => observation.kind === kind);
}

/** The same, of one process. */
export function by<K extends Observation["kind"]>(
  observed: Pick<ObservedCommand, "observations">,
  kind: K,
  pid: number,
): Of<K>[] {
  return ofKind(observed, kind).filter((one) => "process" in one && one.process.pid === pid);
}

export function findCgroupRoot(): string | null {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return (
    mounts.map((line) => line.split(" ")).find(([, , type]) => type === "cgroup2")?.[1] ?? null
  );
}
