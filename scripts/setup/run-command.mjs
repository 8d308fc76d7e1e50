import { spawn } from "node:child_process";

import { forwardSignals } from "./forward-signals.mjs";

/** Enough of a tool's last words to see why it failed, without filling the screen. */
const MAX_OUTPUT_LINES = 30;
const MAX_OUTPUT_CHARACTERS = 64 * 1024;

/**
 * @typedef {{ ok: boolean, output: string }} CommandResult `output`: the last lines of stdout and stderr, as they came
 */

/**
 * Runs a program to its end with nothing on stdin. A program that cannot be started is a result,
 * not an exception. A signal that is to end us ends the program first: an npm that went on alone
 * would get in the way of the next one.
 *
 * @param {[string, ...string[]]} argv
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand([command, ...args], { cwd, env = process.env } = {}) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
        output = (output + chunk).slice(-MAX_OUTPUT_CHARACTERS);
      });
    }
    const forwarding = forwardSignals(child);
    child.on("error", (error) => {
      forwarding.stop();
      resolve({ ok: false, output: error.message });
    });
    child.on("close", (status, signal) => {
      const ours = forwarding.stop();
      if (ours !== undefined) process.kill(process.pid, ours);
      const end = signal === null ? "" : `\n${command} was ended by ${signal}`;
      resolve({ ok: status === 0, output: lastLines(output + end) });
    });
  });
}

/** @param {string} text */
function lastLines(text) {
  return text.trimEnd().split("\n").slice(-MAX_OUTPUT_LINES).join("\n");
}
