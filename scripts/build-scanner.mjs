/**
 * Compiles agent/redact/scanner/scanner.c to the WebAssembly module beside it, which is committed: nobody needs a compiler to run the agent.
 * Usage: node scripts/build-scanner.mjs [FILE], where FILE is written in its place.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../agent/redact/scanner/", import.meta.url));
const output = process.argv[2] ?? `${folder}scanner.wasm`;

const { status } = spawnSync(
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
    `${folder}scanner.c`,
  ],
  { stdio: "inherit" },
);
process.exitCode = status ?? 1;
