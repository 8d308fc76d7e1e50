import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** A cold gcc on a loaded machine takes about two seconds for the largest program. */
const COMPILE_TIMEOUT_MS = 60_000;

const FLAGS = ["-O1", "-Wall", "-Werror", "-D_GNU_SOURCE", "-pthread"];

export interface CompileOptions {
  readonly cacheDirectory: string;
  readonly includeDirectory: string;
  readonly flags?: readonly string[];
}

/**
 * Compiles one C file and returns the program's path, `<cache>/<hash>/<name>`. The hash is over all that decides what
 * comes out, so an unchanged program is compiled once. Processes that compile the same program at the same time each
 * do so under a name of their own and then rename, which replaces the one finished file by an equal one.
 */
export function compileC(source: string, options: CompileOptions): string {
  const flags = [...FLAGS, `-I${options.includeDirectory}`, ...(options.flags ?? [])];
  const name = basename(source, ".c");
  const directory = join(options.cacheDirectory, contentHash(source, options, flags));
  const program = join(directory, name);
  if (existsSync(program)) return program;

  mkdirSync(directory, { recursive: true });
  const unfinished = join(directory, `${name}.${process.pid}.${performance.now()}`);
  execFileSync("gcc", [...flags, "-o", unfinished, source], {
    stdio: "pipe",
    timeout: COMPILE_TIMEOUT_MS,
  });
  renameSync(unfinished, program);
  return program;
}

function contentHash(source: string, options: CompileOptions, flags: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify([process.arch, flags]));
  const directories = new Set([dirname(source), options.includeDirectory]);
  for (const file of [source, ...[...directories].flatMap(headersIn)]) {
    hash.update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

function headersIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".h"))
    .toSorted()
    .map((name) => join(directory, name));
}
