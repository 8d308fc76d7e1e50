/** What is taken from a command of root's, which becomes another user before it does anything else. */
import { basename } from "node:path";

import type { Lockdown, Report } from "../../protocol/index.ts";
import type { AskedLockdown } from "./asked-lockdown.ts";
import { describeUsableEngines } from "./engine-sockets.ts";
import { givesRootUp } from "./gives-root-up.ts";
import { lockMachine, type LockMachineOptions, type MachineLockdown } from "./machine-lockdown.ts";
import { hasServiceManagers } from "./service-managers.ts";

const ROOT = 0;

interface RootCommandOptions extends Omit<LockMachineOptions, "obstacles"> {
  /** By the path that it is started by. */
  readonly program: string;
}

/**
 * In force when this returns, together with `no_new_privs` for the command. Files are changed where that alone does not do: for
 * sockets, and where a service manager starts programs for users.
 */
export function lockRootCommand(
  asked: AskedLockdown,
  { program, ...machine }: RootCommandOptions,
): MachineLockdown {
  const obstacles = { prevents: false, reasons: findObstacles(program) };
  if (asked.containers || hasServiceManagers(machine.places)) {
    return lockMachine(asked, { ...machine, obstacles });
  }
  const open = obstacles.reasons;
  const reasons = open.length > 0 ? open : describeUsableEngines(machine.places);
  return {
    state: () => ({
      sudo: open.length === 0 ? "disabled" : "not-held",
      containers: "allowed",
      reasons: [...reasons],
    }),
    review: () => [],
    [Symbol.dispose]: () => undefined,
  };
}

function findObstacles(program: string): string[] {
  if (givesRootUp(program)) return [];
  return [
    "the command is root itself, and needs no sudo: hand it to `setpriv --reuid USER --regid GROUP --init-groups --`",
  ];
}

/** What was in force when all is over: a command that stayed root was not held by anything. */
export function judgeByReport({ lockdown, processes }: Report): Lockdown | undefined {
  if (lockdown === undefined) return undefined;
  const names = processes
    .filter(({ userId, executed }) => userId === ROOT && executed)
    .map(({ executable }) => executable)
    .filter((executable) => !givesRootUp(executable))
    .map((executable) => basename(executable));
  if (names.length === 0) return lockdown;
  const shown = [...new Set(names)].slice(0, MAX_SHOWN).join(", ");
  return {
    sudo: "not-held",
    containers: lockdown.containers === "allowed" ? "allowed" : "not-held",
    reasons: [...lockdown.reasons, `${shown} ran as root`],
  };
}

const MAX_SHOWN = 5;
