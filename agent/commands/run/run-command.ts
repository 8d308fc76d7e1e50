/** The command's life: its start, the signals that are for it, what it writes, its end. */
import type { Guard } from "../../guard/guard.ts";
import { isInForeground } from "../../job/foreground.ts";
import { type CommandExit, startCommand } from "../../job/guarded-command.ts";
import type { Inheritance } from "../../job/inheritance.ts";
import { createSignalRelay, isEndingSignal, type RelayedSignal } from "../../job/signal-relay.ts";
import { createSpawnThread } from "../../job/spawn-thread.ts";
import { toMessage } from "../message.ts";
import type { OutputEnd, RedactedOutput } from "./redacted-output.ts";
import { sortInherited } from "./sort-inherited.ts";

/** Less than what CI systems leave between asking a job to end and ending it: 5 s or more. */
const PATIENCE_MS = 3_000;

export interface RunCommandOptions {
  readonly command: readonly string[];
  readonly inheritance: Inheritance;
  /** PATH. */
  readonly searchPath: string | undefined;
  readonly redactsOutput: boolean;
  /** Undefined: the command may gain rights by set-user-id programs. */
  readonly gains: { readonly groups?: readonly number[] | undefined } | undefined;
  readonly stderr: { write(text: string): unknown };
  /** The command was found and is about to run: from now on its report is the one to come. */
  readonly starting: () => void;
  /** The command runs. */
  readonly started: () => void;
  /** Calls back for every signal that is sent to the guard from now on. */
  readonly onSignal: (receive: (signal: RelayedSignal) => void) => void;
  /** Calls back whenever the guard's terminal has got another size. */
  readonly onResize: (receive: () => void) => void;
}

export interface CommandEnd {
  readonly exit: CommandExit;
  /** Undefined where the guard did not carry it, or a signal ended that. */
  readonly output: OutputEnd | undefined;
  /** The signal. */
  readonly interruptedBy: RelayedSignal | undefined;
}

export async function runCommand(guard: Guard, options: RunCommandOptions): Promise<CommandEnd> {
  const { stderr } = options;
  let receive: ((signal: RelayedSignal) => void) | undefined;
  const { inheritance, begun } = sortInherited(guard, options.inheritance, (message) => {
    stderr.write(toMessage(message));
  });
  const { withheldCapabilities: capabilities } = guard;
  // Not made where it is not needed: it takes some 15 MB.
  const { gains } = options;
  const isNeeded = capabilities.length > 0 || gains !== undefined;
  await using thread = isNeeded ? await createSpawnThread() : undefined;
  // Before the command starts: a signal that comes right after must not end the guard alone.
  options.onSignal((signal) => receive?.(signal));
  using output = options.redactsOutput ? await openOutput(guard, inheritance) : undefined;
  const command = await guard.startWithin((arm) =>
    startCommand(options.command, {
      inheritance,
      searchPath: options.searchPath,
      ...(output && { replaces: output.replaces }),
      ...(thread && { withholds: { capabilities, thread, ...(gains && { gains }) } }),
      beforeStart() {
        // Not later: a job can kill the guard within a millisecond.
        options.starting();
        arm();
      },
    }),
  );
  const relay = createSignalRelay({
    command,
    isInForeground: output?.session?.isHungUp ?? isInForeground,
    warn: (message) => stderr.write(toLines(message, output)),
  });
  let askedBy: RelayedSignal | undefined;
  receive = (signal) => {
    if (isEndingSignal(signal)) askedBy = signal;
    relay.receive(signal);
  };
  output?.begin(command);
  if (output) options.onResize(() => output.resize());
  guard.follow(command.pid);
  options.started();
  if (begun.length > 0) guard.noteBegun(command.pid, begun);
  const exit = await command.exited;

  // What is sent from now on has nobody to be passed on to, but for the wait for whoever reads.
  const interruption = createInterruption(askedBy);
  receive = (signal) => interruption.receive(signal);
  const end = await Promise.race([output?.finish(), interruption.signal]);
  interruption[Symbol.dispose]();
  return typeof end === "string"
    ? { exit, output: undefined, interruptedBy: end }
    : { exit, output: end, interruptedBy: undefined };
}

/** Who has asked the command to end does not wait long for somebody to read what it wrote. */
function createInterruption(askedBy: RelayedSignal | undefined) {
  const { promise, resolve } = Promise.withResolvers<RelayedSignal>();
  const timer = askedBy && setTimeout(() => resolve(askedBy), PATIENCE_MS);
  return {
    signal: promise,
    receive(signal: RelayedSignal): void {
      if (isEndingSignal(signal)) resolve(signal);
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

/** Loaded where it is needed alone. */
async function openOutput(guard: Guard, inheritance: Inheritance): Promise<RedactedOutput> {
  const { createRedactedOutput } = await import("./redacted-output.ts");
  return createRedactedOutput({
    redaction: guard.redaction,
    onFound: (found) => guard.noteSecret(found, { where: "output of the job" }),
    inheritance,
  });
}

/** In a raw terminal a new line does not begin at the left by itself. */
function toLines(message: string, output: RedactedOutput | undefined): string {
  const text = toMessage(message);
  return output?.session?.isRaw === true ? text.replaceAll("\n", "\r\n") : text;
}
