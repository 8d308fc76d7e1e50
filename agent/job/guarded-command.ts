/** Runs the command in the guard's own place: with all that it would have inherited from whoever started the guard. */
import { readFileSync } from "node:fs";
import { constants } from "node:os";

import { AgentError } from "../errors.ts";
import { mayWithhold, toCapabilityNumber, type WithheldCapability } from "./capability.ts";
import { findProgram } from "./find-program.ts";
import { type Inheritance, readInheritance } from "./inheritance.ts";
import { letGo } from "./let-go.ts";
import { type JobLibc, loadJobLibc, type ProcessEnd } from "./libc.ts";
import {
  loadPosixSpawn,
  type PosixSpawn,
  type ReplacedDescriptor,
  type SpawnRequest,
} from "./posix-spawn.ts";
import { type SignalName, toSignalName } from "./signal-name.ts";
import type { SpawnThread } from "./spawn-thread.ts";
import { toStartError } from "./start-error.ts";

export interface CommandExit {
  readonly exitCode: number | null;
  readonly signal: SignalName | null;
}

export interface GuardedCommand {
  readonly pid: number;
  readonly exited: Promise<CommandExit>;
  /** Returns false where the command belongs to someone else by now, as sudo(8) does. */
  kill(signal: NodeJS.Signals): boolean;
}

export interface StartOptions {
  readonly inheritance?: Inheritance;
  readonly searchPath?: string | undefined;
  /** Neither the command nor what it becomes has them, as far as that can be decided here. */
  readonly withholds?: {
    readonly capabilities: readonly WithheldCapability[];
    /** Present: the command gains no rights by set-user-id programs. With these supplementary groups, where they are given. */
    readonly gains?: { readonly groups?: readonly number[] | undefined };
    /** Not to be disposed of before the command has ended. */
    readonly thread: SpawnThread;
  };
  /** What the command has in place of what it would inherit. The guard keeps what it would inherit then. */
  readonly replaces?: {
    readonly descriptors: readonly ReplacedDescriptor[];
    /** As in `SpawnRequest`. */
    readonly sessionTerminal?: string | undefined;
  };
  /** Called right before each try: a file that is no program is tried twice, the second time as a shell script. */
  readonly beforeStart?: () => void;
}

const SHELL = "/bin/sh";
const STDERR = 2;
const STANDARD_STREAMS = [0, 1, 2];
const LAST_CHANGED_SIGNAL = 31;
/** Not to be changed, or needed by the guard to learn that the command ended. */
const KEPT_SIGNALS: ReadonlySet<number> = new Set([
  constants.signals.SIGKILL,
  constants.signals.SIGSTOP,
  constants.signals.SIGCHLD,
]);

/** Rejects with `command-not-found` or `command-not-executable`; then nothing has run. */
export function startCommand(
  command: readonly string[],
  options: StartOptions = {},
): Promise<GuardedCommand> {
  return new Promise((resolve) => {
    resolve(start(command, options));
  });
}

function start(command: readonly string[], options: StartOptions): GuardedCommand {
  const [program = ""] = command;
  const { inheritance = readInheritance({}), beforeStart = () => undefined } = options;
  const found = findProgram(program, options.searchPath);
  if ("error" in found) throw toStartError(program, found.error);

  const libc = loadJobLibc();
  const args = toRawArgs(command, inheritance.args);
  const request = toRequest(found.path, args, { inheritance, replaces: options.replaces });
  const spawn = loadPosixSpawn(withhold(options)?.spawn);
  const restore = adoptSurroundings(libc, inheritance);
  const result = spawnAsShellWould(spawn, request, beforeStart);
  restore();
  if ("error" in result) throw toStartError(program, result.error);
  // Standard error stays, for the summary.
  const kept = new Set([STDERR, ...request.replaced.map(({ descriptor }) => descriptor)]);
  letGo((inheritance.descriptors ?? []).filter((descriptor) => !kept.has(descriptor)));
  return toCommand(libc, result.pid);
}

/** The command's own bytes where they can be had: they are the last of the guard's arguments. */
function toRawArgs(command: readonly string[], ownArgs: readonly Buffer[]): Buffer[] {
  const last = ownArgs.slice(-command.length);
  const isSame = command.every((text, index) => last[index]?.toString() === text);
  return isSame ? last : command.map((text) => Buffer.from(text));
}

function toRequest(
  path: string,
  args: readonly Buffer[],
  { inheritance, replaces }: { inheritance: Inheritance; replaces: StartOptions["replaces"] },
): SpawnRequest {
  const { descriptors = STANDARD_STREAMS, environment, blockedSignals } = inheritance;
  const ignored = new Set(inheritance.ignoredSignals);
  const signals = Array.from({ length: LAST_CHANGED_SIGNAL }, (_, index) => index + 1);
  return {
    path: args[0]?.toString() === path ? args[0] : Buffer.from(path),
    args,
    environment,
    kept: descriptors,
    closed: STANDARD_STREAMS.filter((descriptor) => !descriptors.includes(descriptor)),
    replaced: replaces?.descriptors ?? [],
    sessionTerminal: replaces?.sessionTerminal,
    defaultSignals: signals.filter((number) => !ignored.has(number) && !KEPT_SIGNALS.has(number)),
    blockedSignals,
  };
}

/**
 * Capabilities that whoever starts the guard as an ordinary user gives to the guard, and not to the job: KILL,
 * DAC_READ_SEARCH, NET_ADMIN, SYS_PTRACE, PERFMON and BPF (include/uapi/linux/capability.h).
 */
const OWN_CAPABILITIES = [5, 2, 12, 19, 38, 39];

/** The thread that the command is to be started from, without what is withheld; undefined where nothing is. */
function withhold({ withholds }: StartOptions): SpawnThread | undefined {
  if (withholds === undefined) return undefined;
  const { thread, capabilities } = withholds;
  for (const capability of OWN_CAPABILITIES) thread.lowerAmbient(capability);
  const kept = capabilities.filter((name) => !thread.withhold(toCapabilityNumber(name)));
  // Where it may not be decided here the report has said so; where it may, and fails, nobody knows of it yet.
  if (kept.length > 0 && mayWithhold(readFileSync("/proc/self/status", "latin1"))) {
    throw new AgentError(
      "requirement-unmet",
      `the command would have ${kept.join(" and ")}, and with it a way past the block: something keeps the guard from dropping capabilities, a seccomp filter perhaps`,
    );
  }
  forbidGains(withholds);
  return thread;
}

function forbidGains({ thread, gains }: NonNullable<StartOptions["withholds"]>): void {
  if (gains === undefined) return;
  if (gains.groups !== undefined && !thread.setGroups(gains.groups)) {
    throw new AgentError(
      "requirement-unmet",
      "the command would be in groups that may use container engines: something keeps the guard from setting its groups, a seccomp filter perhaps",
    );
  }
  if (!thread.forbidGains()) {
    throw new AgentError(
      "requirement-unmet",
      "the command could become root by set-user-id programs: something keeps the guard from PR_SET_NO_NEW_PRIVS, a seccomp filter perhaps",
    );
  }
}

/** What is not an argument of posix_spawn is handed on by having it. Returns what ends that, where it has to end. */
function adoptSurroundings(libc: JobLibc, inheritance: Inheritance): () => void {
  const undo = OWN_CAPABILITIES.map((capability) => libc.lowerAmbient(capability));
  // For good: a signal that the command is to ignore is none that the guard should act on.
  for (const number of inheritance.ignoredSignals) {
    if (!KEPT_SIGNALS.has(number)) libc.ignoreSignal(number);
  }
  const { maxOpenFiles } = inheritance;
  if (maxOpenFiles !== undefined) undo.push(libc.limitOpenFiles(maxOpenFiles));
  return () => {
    for (const step of undo) step();
  };
}

/** execvp(3) takes a file that the kernel does not know the format of for a shell script. */
function spawnAsShellWould(
  spawn: PosixSpawn,
  request: SpawnRequest,
  beforeStart: () => void,
): ReturnType<PosixSpawn> {
  beforeStart();
  const result = spawn(request);
  if (!("error" in result) || result.error !== "ENOEXEC") return result;
  beforeStart();
  const shell = Buffer.from(SHELL);
  return spawn({
    ...request,
    path: shell,
    args: [shell, request.path, ...request.args.slice(1)],
  });
}

function toCommand(libc: JobLibc, pid: number): GuardedCommand {
  let isOver = false;
  const exited = libc.waitForEnd(pid).then((end) => {
    isOver = true;
    libc.reap(pid);
    return toExit(end);
  });
  return {
    pid,
    exited,
    kill(signal) {
      try {
        return isOver || process.kill(pid, signal);
      } catch {
        return false;
      }
    },
  };
}

function toExit({ value, isSignal }: ProcessEnd): CommandExit {
  return isSignal
    ? { exitCode: null, signal: toSignalName(value) }
    : { exitCode: value, signal: null };
}
