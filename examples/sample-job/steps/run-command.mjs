import { spawn } from "node:child_process";

/** Far more than any step takes, so that a job never hangs on a command. */
const TIMEOUT_MS = 60_000;

/**
 * Runs a program and resolves to its exit status and output, or to `undefined` where there is no such program.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<{ pid: number, status: number | null, output: string } | undefined>}
 */
export function runCommand(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...options,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    }
    child.on("error", (error) => (error.code === "ENOENT" ? resolve(undefined) : reject(error)));
    child.on("close", (status) => resolve({ pid: child.pid, status, output: output.trim() }));
  });
}
