import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { runCommand } from "./run-command.mjs";

export async function lookSuspicious({ directory, say }) {
  await readAnothersEnvironment(say);
  await runInDisguise(directory, say);
}

/** Secrets are stolen this way: reading the environment of a process that is not the reader's child. */
async function readAnothersEnvironment(say) {
  const sleeper = spawn("sleep", ["30"], {
    env: { SAMPLE_SECRET: "not-a-secret" },
    stdio: "ignore",
  });
  await once(sleeper, "spawn");
  const reader = await runCommand("cat", [`/proc/${sleeper.pid}/environ`]);
  say(`cat read the environment of another process (${reader.output.length} bytes).`);
  sleeper.kill();
  await once(sleeper, "exit");
}

/** Malware hides this way: a program dropped in a hidden directory, run under the name of another. */
async function runInDisguise(directory, say) {
  const built = join(directory, "build/report");
  const program = (await exists(built)) ? built : "/bin/true";
  const disguised = join(directory, ".cache/.hidden/systemd-journald");
  await mkdir(dirname(disguised), { recursive: true });
  await copyFile(program, disguised);
  await runCommand(disguised, ["1", "1"], { argv0: "[kworker/0:1]" });
  say("A copied program ran from a hidden directory and called itself [kworker/0:1].");
}

async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
