import type { RelayedSignal } from "../job/signal-relay.ts";
import type { ExpectedKernelSensor } from "../sensor/expect-kernel-sensor.ts";
import type { RunOutcome } from "./run/run-guarded.ts";

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** All that the command line takes from the process it runs in. */
export interface ProgramSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly workingDirectory: string;
  readonly onSignal: (receive: (signal: RelayedSignal) => void) => void;
  /** Calls back whenever the terminal has got another size. */
  readonly onResize: (receive: () => void) => void;
  /** Of `watch`, which the kernel is at already. */
  readonly kernel?: ExpectedKernelSensor | undefined;
}

/** How a subcommand says how the program is to end. */
export type SetOutcome = (outcome: RunOutcome) => void;
