import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

/** What the C library searches where there is no PATH (execvp(3)). */
const DEFAULT_PATH = "/bin:/usr/bin";

export type FoundProgram = { readonly path: string } | { readonly error: "ENOENT" | "EACCES" };

/** Where execvp(3) would find the program. An empty entry of PATH is the working directory. */
export function findProgram(program: string, searchPath: string | undefined): FoundProgram {
  if (program === "") return { error: "ENOENT" };
  if (program.includes("/")) return { path: program };
  let error: "ENOENT" | "EACCES" = "ENOENT";
  for (const directory of (searchPath ?? DEFAULT_PATH).split(":")) {
    const path = join(directory === "" ? "." : directory, program);
    const found = look(path);
    if (found === "executable") return { path: path.includes("/") ? path : `./${path}` };
    if (found === "refused") error = "EACCES";
  }
  return { error };
}

function look(path: string): "executable" | "refused" | "absent" {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return "absent";
    if (!stats.isFile()) return "refused";
    accessSync(path, constants.X_OK);
    return "executable";
  } catch {
    return "refused";
  }
}
