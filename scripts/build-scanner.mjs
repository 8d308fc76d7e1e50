/**
 * Compiles each of these to the WebAssembly module beside it, which is committed: nobody needs a compiler to run them.
 * Usage: node scripts/build-scanner.mjs [FILE], where the one module that is named like FILE is written there instead.
 */
import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCES = ["agent/redact/scanner/scanner.c", "collector/ingest/scan/event-scanner.c"];

const [file] = process.argv.slice(2);
const jobs = SOURCES.map((source) => {
  const path = fileURLToPath(new URL(`../${source}`, import.meta.url));
  return { source: path, output: path.replace(/\.c$/, ".wasm") };
})
  .filter(({ output }) => file === undefined || basename(output) === basename(file))
  .map(({ source, output }) => ({ source, output: file ?? output }));

const statuses = jobs.map(
  ({ source, output }) =>
    spawnSync(
      "clang",
      [
        "--target=wasm32",
        "-O3",
        "-msimd128",
        "-mbulk-memory",
        "-ffreestanding",
        "-nostdlib",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-Wl,--no-entry,--strip-all,--export=__heap_base,-z,stack-size=16384",
        "-o",
        output,
        source,
      ],
      { stdio: "inherit" },
    ).status ?? 1,
);
process.exitCode = Math.max(...statuses);
