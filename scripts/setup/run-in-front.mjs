import { spawn } from "node:child_process";

import { forwardSignals } from "./forward-signals.mjs";

/**
 * Runs a program in our place: it has our terminal, gets the signals that we get, and we end as it
 * ended.
 *
 * @param {[string, ...string[]]} argv
 * @param {{ env?: NodeJS.ProcessEnv, beforeEnd?: (signal: NodeJS.Signals | null) => Promise<void> }} [options] `beforeEnd`: what there
 *   is to do still, told whether a signal ended it.
 * @returns {Promise<void>} When it has ended, with `process.exitCode` set.
 */
export function runInFront([command, ...args], { env = process.env, beforeEnd } = {}) {
  const child = spawn(command, args, { stdio: "inherit", env });
  const forwarding = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      forwarding.stop();
      reject(error);
    });
    child.on("close", async (status, signal) => {
      forwarding.stop();
      await beforeEnd?.(signal);
      if (signal === null) process.exitCode = status ?? 1;
      else process.kill(process.pid, signal);
      resolve();
    });
  });
}
