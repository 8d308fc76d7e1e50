import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { compileC } from "./compile-c.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sources = join(root, "test/fixtures/programs");

/** Compiles the program `test/fixtures/programs/<name>.c`, once for each content, and returns the path to run. */
export function buildProgram(name: string): string {
  const source = join(sources, `${name}.c`);
  if (!existsSync(source)) throw new Error(`there is no fixture program ${source}`);
  return compileC(source, {
    cacheDirectory: join(root, ".cache/programs"),
    includeDirectory: sources,
  });
}
