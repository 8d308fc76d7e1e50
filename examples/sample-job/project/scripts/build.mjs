/** The package's build: one child process for each page, as bundlers and test runners do it. */
import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

await mkdir("dist");
const pages = await readdir("pages");
const built = await Promise.all(
  pages.map((page) => run(process.execPath, ["scripts/build-page.mjs", page])),
);
for (const { stdout } of built) process.stdout.write(stdout);
