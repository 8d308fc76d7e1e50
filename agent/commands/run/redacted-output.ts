/** What the command writes, by way of a redaction: the command has pipes or a terminal of its own instead of the guard's. */
import { closeSync } from "node:fs";

import type { GuardedCommand, StartOptions } from "../../job/guarded-command.ts";
import type { Inheritance } from "../../job/inheritance.ts";
import { findInheritedOutputs, mayTakeTerminal } from "../../job/inherited-outputs.ts";
import { letGo } from "../../job/let-go.ts";
import { openOutlet, type Outlet } from "../../job/outlet.ts";
import { toOutputLayout } from "../../job/output-layout.ts";
import { loadTerminalLibc } from "../../job/terminal-libc.ts";
import { createTerminalSession, type TerminalSession } from "../../job/terminal-session.ts";
import type { Found } from "../../redact/found.ts";
import { openPlainStream } from "../../redact/pump/plain-stream.ts";
import { createPump, type Pump, type PumpOutcome } from "../../redact/pump/pump.ts";
import type { Redaction } from "../../redact/redaction.ts";

export interface RedactedOutputOptions {
  readonly redaction: Pick<Redaction, "openStream">;
  readonly onFound: (found: Found) => void;
  readonly inheritance: Inheritance;
}

export interface RedactedOutput extends Disposable {
  /** For the start of the command. */
  readonly replaces: NonNullable<StartOptions["replaces"]>;
  /** Undefined where the command stays on the guard's terminal, or there is none. */
  readonly session: Pick<TerminalSession, "isRaw" | "isHungUp"> | undefined;
  /** What the command writes is shown from now on. To be called once, when it has started. */
  begin(command: Pick<GuardedCommand, "kill">): void;
  /** The guard's own terminal has another size. */
  resize(): void;
  /** The command has ended: returns when all that it wrote is written, or cannot be. */
  finish(): Promise<OutputEnd>;
}

export interface OutputEnd {
  /** A process that the command left behind still had its output open. */
  readonly isLeftOpen: boolean;
  /** What kept output from being written. */
  readonly errors: readonly unknown[];
}

/** How long a process that the command leaves behind may go on writing. */
const LEFT_BEHIND_MS = 1_000;
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** Throws `requirement-unmet` where no pipe or terminal is to be had. */
export function createRedactedOutput(options: RedactedOutputOptions): RedactedOutput {
  const libc = loadTerminalLibc();
  const layout = toOutputLayout({
    outputs: findInheritedOutputs(options.inheritance),
    mayTakeTerminal: mayTakeTerminal(options.inheritance),
  });
  const outlets = layout.outlets.map((plan) => openOutlet(libc, plan));
  const ofStdout = outlets.find(({ descriptors }) => descriptors.includes(STDOUT));
  const session = layout.hasSession && ofStdout ? createTerminalSession(libc, ofStdout) : undefined;
  let command: Pick<GuardedCommand, "kill"> | undefined;
  let carrying: Carrying[] = [];
  return {
    replaces: toReplacement(outlets, session && ofStdout),
    session,
    begin(started) {
      command = started;
      for (const { commandSide } of outlets) closeSync(commandSide);
      carrying = outlets.map((outlet) =>
        carry(outlet, { ...options, session: outlet === ofStdout ? session : undefined }),
      );
    },
    resize() {
      for (const { kind, target, source } of outlets) {
        if (kind === "terminal") libc.copySize(target, source);
      }
      // The kernel tells whoever has the terminal for its own.
      if (session === undefined) command?.kill("SIGWINCH");
    },
    async finish() {
      for (const one of carrying) one.stop(LEFT_BEHIND_MS);
      const outcomes = await Promise.all(carrying.map(({ ended }) => ended));
      letGo(toLetGo(options.inheritance, outlets, session));
      return {
        isLeftOpen: outcomes.some(({ status }) => status === "stopped"),
        errors: outcomes.flatMap((one) => (one.status === "failed" ? [one.error] : [])),
      };
    },
    [Symbol.dispose]() {
      session?.[Symbol.dispose]();
      for (const one of carrying) one.stop(0);
      if (command !== undefined) return;
      for (const { source, commandSide } of outlets) {
        closeSync(source);
        closeSync(commandSide);
      }
    },
  };
}

function toReplacement(
  outlets: readonly Outlet[],
  sessionOutlet: Outlet | undefined,
): RedactedOutput["replaces"] {
  const descriptors = outlets.flatMap(({ descriptors: numbers, commandSide }) =>
    numbers.map((descriptor) => ({ descriptor, by: commandSide })),
  );
  if (sessionOutlet === undefined) return { descriptors };
  return {
    descriptors: [...descriptors, { descriptor: STDIN, by: sessionOutlet.commandSide }],
    sessionTerminal: sessionOutlet.path,
  };
}

interface Carrying {
  readonly ended: Promise<PumpOutcome>;
  stop(patienceMs: number): void;
}

/** In a session what is typed is carried too, the other way. */
function carry(
  { source, target }: Outlet,
  { redaction, onFound, session }: RedactedOutputOptions & { session: TerminalSession | undefined },
): Carrying {
  const pump = createPump({
    input: source,
    output: target,
    openStream: (emit) => redaction.openStream({ emit, onFound }),
  });
  const typed: Pump | undefined =
    session && createPump({ input: session.input, output: source, openStream: openPlainStream });
  return {
    // Closed as soon as nobody wants what comes: then the command is told when it writes, as it would be without the guard.
    ended: pump.ended.finally(async () => {
      await typed?.[Symbol.asyncDispose]();
      // Looks at how the command's terminal is set up now.
      session?.[Symbol.dispose]();
      closeSync(source);
    }),
    stop(patienceMs) {
      typed?.stop(0);
      pump.stop(patienceMs);
    },
  };
}

/**
 * What the command would have closed by its end, but for standard error, which the guard's summary goes to. And a terminal
 * is to stay as it is now; Node.js would set up those that it still has as they were at its start.
 */
function toLetGo(
  { descriptors = [] }: Inheritance,
  outlets: readonly Outlet[],
  session: TerminalSession | undefined,
): number[] {
  const replaced = [...outlets.map(({ target }) => target), ...(session ? [STDIN] : [])];
  return descriptors.filter((number) => number !== STDERR && replaced.includes(number));
}
