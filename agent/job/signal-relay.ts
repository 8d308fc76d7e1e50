/** Passes on what is sent to the guard, so that whoever means the command reaches it. */
import type { GuardedCommand } from "./guarded-command.ts";

/** Those that ask a program to do something. SIGTSTP and SIGCONT act on the whole process group by themselves. */
export const RELAYED_SIGNALS = [
  "SIGTERM",
  "SIGINT",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
] as const satisfies readonly NodeJS.Signals[];

export type RelayedSignal = (typeof RELAYED_SIGNALS)[number];

/** What a terminal sends to its whole foreground process group: the command has it already. */
const FROM_TERMINAL: ReadonlySet<RelayedSignal> = new Set(["SIGINT", "SIGQUIT", "SIGHUP"]);
const ENDING: ReadonlySet<RelayedSignal> = new Set(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]);
/** Asked this often to end, a command that does not is ended. */
const PATIENCE = 3;

export function isEndingSignal(signal: RelayedSignal): boolean {
  return ENDING.has(signal);
}

export interface SignalRelay {
  receive(signal: RelayedSignal): void;
}

interface RelayOptions {
  readonly command: Pick<GuardedCommand, "kill">;
  /** Whether the guard is in the foreground process group of a terminal. */
  readonly isInForeground: () => boolean;
  readonly warn: (message: string) => void;
}

export function createSignalRelay({ command, isInForeground, warn }: RelayOptions): SignalRelay {
  let requests = 0;
  return {
    receive(signal) {
      if (!(FROM_TERMINAL.has(signal) && isInForeground()) && !command.kill(signal)) {
        warn(`the command runs as another user, and cannot be sent ${signal}`);
      }
      if (!ENDING.has(signal)) return;
      requests += 1;
      if (requests === PATIENCE - 1) {
        warn(`the command is still running; one more ${signal} kills it`);
      } else if (requests >= PATIENCE) {
        const isKilled = command.kill("SIGKILL");
        const outcome = isKilled ? "is killed" : "cannot be killed: it runs as another user";
        warn(`the command did not end when asked, and ${outcome}`);
      }
    },
  };
}
