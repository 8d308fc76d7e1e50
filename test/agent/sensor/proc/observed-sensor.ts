import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import type { Observation, ProcessRef } from "../../../../agent/observation.ts";
import { DEFAULT_PROC_BOUNDS } from "../../../../agent/sensor/proc/proc-bounds.ts";
import { createProcSensor } from "../../../../agent/sensor/proc/proc-sensor.ts";
import type { ProcSensor, ProcSensorOptions } from "../../../../agent/sensor/proc/proc-sensor.ts";
import { createProcessTable } from "../../../../agent/sensor/proc/process-table.ts";
import { createSamplingClock } from "../../../../agent/sensor/proc/sampling-clock.ts";

export interface ObservedSensor extends AsyncDisposable {
  readonly sensor: ProcSensor;
  readonly observations: readonly Observation[];
  ofKind<K extends Observation["kind"]>(kind: K): readonly Extract<Observation, { kind: K }>[];
}

/** A sensor that samples when it is told to: its period is longer than a test takes. */
export function observeProc(options: Partial<ProcSensorOptions> = {}): ObservedSensor {
  const observations: Observation[] = [];
  const sensor = createProcSensor({
    scope: { type: "command" },
    periodMs: 10_000,
    clock: createSamplingClock(),
    isIgnored: (pid) => pid === process.pid,
    protectedPaths: [],
    watchedEnvironment: [],
    bounds: DEFAULT_PROC_BOUNDS,
    procRoot: "/proc",
    ...options,
    observe: (observation) => observations.push(observation),
  });
  return {
    sensor,
    observations,
    ofKind: (kind) => observations.filter(isOfKind(kind)),
    [Symbol.asyncDispose]: () => sensor[Symbol.asyncDispose](),
  };
}

function isOfKind<K extends Observation["kind"]>(kind: K) {
  return (observation: Observation): observation is Extract<Observation, { kind: K }> =>
    observation.kind === kind;
}

export interface RunningProgram extends AsyncDisposable {
  readonly ref: ProcessRef;
  /** Runs one line of JavaScript in the program and returns what it printed for it. */
  ask(line: string): Promise<string>;
  /** Kills it, and waits until it has ended. */
  finish(): Promise<void>;
}

/** A Node program that runs each line it is sent; a line must print one line. `prefix` is what starts it in its stead. */
export async function startNode(prefix: readonly string[] = []): Promise<RunningProgram> {
  const program = `
    globalThis.say = (text) => console.log(String(text).replaceAll("\\n", " "));
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => (0, eval)(line));
    globalThis.require = require;
    say("ready");`;
  const [command, ...args] = [...prefix, process.execPath, "-e", program];
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => String((await lines.next()).value);
  await answer();
  return {
    ref: toRef(child),
    async ask(line) {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    finish,
    [Symbol.asyncDispose]: finish,
  };

  async function finish(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
}

export function toRef({ pid = 0 }: ChildProcess): ProcessRef {
  const table = createProcessTable({
    ...DEFAULT_PROC_BOUNDS,
    root: "/proc",
    watchedEnvironment: [],
  });
  return { pid, startTicks: table.stat(pid)?.startTicks ?? -1 };
}
