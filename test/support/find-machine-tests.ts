/**
 * Which tests are of the machine: those that start processes, open sockets or ask `requires` for what they need, by
 * themselves or by what they import of test/. All others are of pure code.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";

const OF_THE_MACHINE =
  /from "(?:node:(?:child_process|dgram|http|https|tls)|[^"]*\/requires\.ts)"|\b(?:connect|createConnection|createServer)\b[^;]*from "node:net"/;
const OWN_IMPORT = /from "(\.{1,2}\/[^"]+\.ts)"/g;

/** Paths from the folder, with slashes. */
export function findMachineTests(folder: string): string[] {
  const known = new Map<string, boolean>();
  const isOfMachine = (path: string): boolean => {
    const before = known.get(path);
    if (before !== undefined) return before;
    // While it is being looked at: of two files that import one another neither is decided by the other.
    known.set(path, false);
    const source = readFileSync(join(folder, path), "utf8");
    const isOne = OF_THE_MACHINE.test(source) || importsOf(path, source).some(isOfMachine);
    known.set(path, isOne);
    return isOne;
  };
  // What a file says in a string may look like an import of what is nowhere.
  const importsOf = (path: string, source: string): string[] =>
    [...source.matchAll(OWN_IMPORT)]
      .map(([, imported = ""]) => normalize(join(path, "..", imported)))
      .filter((imported) => imported.startsWith("test/") && existsSync(join(folder, imported)));
  return globSync("test/**/*.test.ts", { cwd: folder }).filter(isOfMachine).toSorted();
}
