import { statSync } from "node:fs";

import { AgentError } from "../errors.ts";

/** Says why a program could not be started, from the name of execve(2)'s error. */
export function toStartError(program: string, code: string): AgentError {
  const name = JSON.stringify(program);
  if (code === "ENOENT") return new AgentError("command-not-found", explainAbsence(program, name));
  return new AgentError("command-not-executable", explainRefusal(program, name, code));
}

function explainAbsence(program: string, name: string): string {
  if (!program.includes("/"))
    return `${name} was not found in PATH: check the name, or give a path`;
  return kindOf(program) === undefined
    ? `${name} was not found: check the path`
    : `${name} is there, but not the interpreter that it names: check its first line`;
}

function explainRefusal(program: string, name: string, code: string): string {
  if (kindOf(program) === "directory") {
    return `${name} is a directory, and cannot be executed: name a program in it`;
  }
  if (code === "EACCES") return `${name} may not be executed: chmod +x makes a program of a file`;
  if (code === "E2BIG")
    return `${name} cannot be executed: its arguments and environment are too long`;
  return `${name} cannot be executed (${code})`;
}

function kindOf(path: string): "directory" | "other" | undefined {
  try {
    return statSync(path).isDirectory() ? "directory" : "other";
  } catch {
    return undefined;
  }
}
