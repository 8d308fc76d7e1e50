import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { compileC } from "../../test/support/compile-c.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sources = join(root, "bench/generators");

/** `nothing` has no libc, so that starting it costs the kernel's work and little else. */
const WITHOUT_LIBC = ["-nostdlib", "-static"];

/** Compiles `bench/generators/<name>.c`, once for each content, and returns the path to run. */
export function buildGenerator(name: string): string {
  const source = join(sources, `${name}.c`);
  if (!existsSync(source)) throw new Error(`there is no generator ${source}`);
  return compileC(source, {
    cacheDirectory: join(root, ".cache/programs"),
    includeDirectory: join(root, "test/fixtures/programs"),
    flags: name === "nothing" ? WITHOUT_LIBC : [],
  });
}
