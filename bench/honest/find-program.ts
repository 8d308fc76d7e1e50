import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where PATH has it. */
export function findProgram(name: string): string | undefined {
  const directories = (process.env["PATH"] ?? "").split(":");
  return directories.map((directory) => join(directory, name)).find(existsSync);
}
