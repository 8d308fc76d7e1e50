/**
 * Starts a job that serves files to everybody but who started it, and says what comes of looking for its logs there:
 * `look-at-served-runner.ts SERVE-FILES FOLDER`.
 */
import { spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

import { createLocalFiles } from "../../../../agent/files/local-files.ts";
import { findRunners } from "../../../../agent/sensor/log/find-runner.ts";
import { holdDirectory, toCanonicalPath } from "../../../../agent/sensor/log/held-directory.ts";

const [serve = "", folder = ""] = process.argv.slice(2);
const folders = createLocalFiles();
const script = `exec -a ${folder}/bin/Runner.Worker sleep 60`;
const job = spawn("unshare", ["--mount", serve, folder, "/dev/null", "bash", "-c", script], {
  detached: true,
  stdio: "ignore",
});
try {
  const path = await findServed();
  const held = holdDirectory(folders, toCanonicalPath(folders, path));
  process.stdout.write("unavailable" in held ? held.unavailable : "held");
} finally {
  if (job.pid !== undefined) process.kill(-job.pid, "SIGKILL");
}

async function findServed(): Promise<string> {
  for (;;) {
    const found = findRunners({ proc: "/proc", runnerTemp: undefined, folders });
    const served = found.find((path) => path.includes(folder));
    if (served !== undefined) return served;
    await wait(20);
  }
}
