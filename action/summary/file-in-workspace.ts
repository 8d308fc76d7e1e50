import { isAbsolute, normalize, relative } from "node:path/posix";

import { escapeForTerminal } from "../../agent/report/escape/escape-terminal.ts";

/** The path from the workspace, which is how GitHub finds the file; undefined for what is not inside, or cannot be written as it is. */
export function toFileInWorkspace(path: string, workspace: string | undefined): string | undefined {
  if (workspace === undefined || !isAbsolute(workspace) || !isAbsolute(path)) return undefined;
  const file = relative(workspace, normalize(path));
  const isInside = file !== "" && file !== ".." && !file.startsWith("../");
  return isInside && escapeForTerminal(file) === file ? file : undefined;
}
