import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { runCommand } from "./run-command.mjs";

export async function compileProgram({ directory, say }) {
  const build = await buildWithTools(directory);
  if (build === undefined) {
    say("There is no C compiler here; going on without the program.");
    return;
  }
  if (build.status !== 0)
    throw new Error(`compiling failed:
${build.output}`);
  say(`${build.tool} compiled seven files and linked them.`);

  const run = await runCommand("./build/report", ["1200000", "34567"], { cwd: directory });
  say(`The program says: ${run.output}`);
}

/** With make, as a build does it; where only the compiler is there, with that. */
async function buildWithTools(directory) {
  const compiler = await runCommand("gcc", ["--version"]);
  if (compiler === undefined) return undefined;
  await mkdir(join(directory, "build"));
  const make = await runCommand("make", ["-j2"], { cwd: directory });
  if (make !== undefined) return { ...make, tool: "make" };
  const files = ["main", "sum", "product", "mean", "primes", "text", "version"];
  const sources = files.map((name) => `source/${name}.c`);
  const gcc = await runCommand("gcc", ["-O2", "-o", "build/report", ...sources], {
    cwd: directory,
  });
  return { ...gcc, tool: "gcc" };
}
