/** A pipe or a terminal between the command and where it would have written to. */
import { closeSync, constants, openSync } from "node:fs";

import { AgentError, toErrorText } from "../errors.ts";
import type { OutletPlan } from "./output-layout.ts";
import type { TerminalLibc } from "./terminal-libc.ts";

export interface Outlet extends OutletPlan {
  /** Gives what the command writes. Of a terminal it takes what is typed, too. */
  readonly source: number;
  /** The command's side; the guard has to close its own when the command has it. */
  readonly commandSide: number;
  /** Undefined for a pipe. */
  readonly path: string | undefined;
}

/** Throws `requirement-unmet`. */
export function openOutlet(libc: TerminalLibc, plan: OutletPlan): Outlet {
  if (plan.kind === "terminal") return { ...plan, ...openTerminal(libc, plan.target) };
  const pipe = libc.openPipe();
  if (pipe === undefined) throw new AgentError("requirement-unmet", NO_PIPE);
  return { ...plan, source: pipe.read, commandSide: pipe.write, path: undefined };
}

const NO_PIPE = "--redact-output: no pipe can be made; the limit of open files is reached";

function openTerminal(libc: TerminalLibc, target: number) {
  const terminal = libc.openTerminal();
  if (terminal === undefined) {
    throw new AgentError(
      "requirement-unmet",
      "--redact-output: no terminal can be made for the command; is /dev/pts mounted? Without it, let standard output be a pipe: … | cat",
    );
  }
  const { master, path } = terminal;
  try {
    const commandSide = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    libc.copySize(target, master);
    const modes = libc.modesOf(target);
    // What is written goes through the other terminal too, which ends the lines; where the guard makes that one raw, it sets
    // this one up itself.
    if (modes !== undefined) libc.setModes(commandSide, libc.withoutOutputProcessing(modes));
    return { source: master, commandSide, path };
  } catch (error) {
    closeSync(master);
    throw new AgentError(
      "requirement-unmet",
      `--redact-output: the terminal made for the command cannot be opened: ${toErrorText(error)}`,
      { cause: error },
    );
  }
}
