import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { runCommand } from "./run-command.mjs";

export async function runPackageScript({ directory, say }) {
  const quietly = ["--silent", "--offline", "--no-update-notifier"];
  const cache = ["--cache", join(directory, ".npm-cache")];
  const npm = await runCommand("npm", ["run", "build", ...quietly, ...cache], { cwd: directory });
  const build =
    npm ?? (await runCommand(process.execPath, ["scripts/build.mjs"], { cwd: directory }));
  if (build.status !== 0) throw new Error(`the build script failed:\n${build.output}`);
  if (npm === undefined) say("There is no npm here; Node ran the script itself.");
  for (const line of build.output.split("\n")) say(line);
  say(`It made ${(await readdir(join(directory, "dist"))).join(", ")}.`);
}
