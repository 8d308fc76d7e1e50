import { dirname, resolve } from "node:path";

import { AgentError } from "../errors.ts";

/** One sentence on why a path that was given cannot be written, and what to do about it. */
export function toUnwritable(
  error: unknown,
  { option, path }: { option: string; path: string },
): AgentError {
  if (error instanceof Error && "syscall" in error && error.syscall === "uv_cwd") {
    const reason = "the working directory was removed; give a path that begins with /";
    return new AgentError("output-unwritable", `${option}: cannot write ${path}: ${reason}`);
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return new AgentError("output-unwritable", `${option}: ${explain(code, path)}`, {
    cause: error,
  });
}

function explain(code: string, path: string): string {
  const directory = dirname(resolve(path));
  switch (code) {
    case "EISDIR":
      return `${path} is a directory; name a file in it`;
    case "ENOENT":
      return `cannot write ${path}: there is no directory ${directory}; make it first, or give another path`;
    case "ENOTDIR":
      return `cannot write ${path}: ${directory} is not a directory; give another path`;
    case "ELOOP":
      return `${path} is a symbolic link, which an earlier step may have made; give the path that it leads to`;
    case "ENXIO":
      return `cannot write ${path}: nobody reads from it; start its reader first`;
    default:
      return `cannot write ${path} (${code}); give a path in a directory that you may write to`;
  }
}
