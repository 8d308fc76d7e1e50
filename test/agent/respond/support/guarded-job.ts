import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readlinkSync } from "node:fs";

import type { Microseconds, Observation, ProcessRef } from "../../../../agent/observation.ts";
import { listProcesses, readProcess } from "../../../../agent/respond/process-table.ts";
import {
  createResponder,
  type Responder,
  type ResponderOptions,
} from "../../../../agent/respond/responder.ts";
import { watch } from "../../sensor/kernel/support/observe-command.ts";
import { RESPONDER_DEFAULTS } from "./responder-defaults.ts";

export interface GuardedJob extends AsyncDisposable {
  readonly responder: Responder;
  readonly child: ChildProcess;
  readonly ref: ProcessRef;
  /** How many processes of this program live. */
  countAlive(): number;
  /** When the last that was told of ended: in microseconds of the time of day. */
  readonly lastEnd: Microseconds;
}

interface GuardedJobOptions extends Partial<ResponderOptions> {
  /** As rules do. */
  readonly onObserved?: (observation: Observation, responder: Responder) => void;
}

/** A command under a real kernel sensor and a responder; ready when it has said so. */
export async function startGuardedJob(
  [program = "", ...args]: readonly string[],
  { onObserved, ...options }: GuardedJobOptions = {},
): Promise<GuardedJob> {
  const late: { responder?: Responder } = {};
  let lastEnd = 0;
  const { sensor, ...watching } = await watch({
    observe(observation) {
      if (observation.kind === "exit") lastEnd = Math.max(lastEnd, observation.at);
      late.responder?.observe(observation);
      if (late.responder) onObserved?.(observation, late.responder);
    },
  });
  const responder = createResponder({
    ...RESPONDER_DEFAULTS,
    catchUp: () => sensor.flush(),
    ...options,
  });
  late.responder = responder;
  sensor.arm();
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  await sensor.flush();
  const pid = child.pid ?? 0;
  const ref = { pid, startTicks: readProcess(pid)?.startTicks ?? 0 };
  return {
    responder,
    child,
    ref,
    get lastEnd() {
      return lastEnd;
    },
    countAlive: () => listProcesses().filter((one) => isRunning(one.pid, program)).length,
    async [Symbol.asyncDispose]() {
      await responder.settle();
      child.kill("SIGKILL");
      for (const one of listProcesses()) {
        if (isRunning(one.pid, program)) process.kill(one.pid, "SIGKILL");
      }
      await watching[Symbol.asyncDispose]();
    },
  };
}

function isRunning(pid: number, program: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) === program;
  } catch {
    return false;
  }
}
