/** Runs the command in the guard's own place: same terminal, same descriptors, same process group, as env(1) would. */
import { spawn } from "node:child_process";

import { AgentError } from "../errors.ts";

export interface CommandExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GuardedCommand {
  readonly pid: number;
  readonly exited: Promise<CommandExit>;
  kill(signal: NodeJS.Signals): void;
}

/** Rejects with `command-not-found` or `command-not-executable`; then nothing has run. */
export function startCommand(command: readonly string[]): Promise<GuardedCommand> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: "inherit" });
  const exited = new Promise<CommandExit>((resolve) => {
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(toAgentError(program, error)));
    child.once("spawn", () => {
      resolve({
        pid: child.pid ?? 0,
        exited,
        kill(signal) {
          child.kill(signal);
        },
      });
    });
  });
}

function toAgentError(program: string, error: NodeJS.ErrnoException): AgentError {
  const name = JSON.stringify(program);
  const options = { cause: error };
  if (error.code === "ENOENT") {
    const where = program.includes("/") ? "" : " in PATH";
    return new AgentError("command-not-found", `${name} was not found${where}`, options);
  }
  const reason =
    error.code === "EACCES" ? "may not be executed" : `cannot be executed (${error.code})`;
  return new AgentError("command-not-executable", `${name} ${reason}`, options);
}
