import { spawn } from "node:child_process";

/**
 * Runs a program in our place: it has our terminal, gets the signals that we get, and we end as it
 * ended.
 *
 * @param {[string, ...string[]]} argv
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<void>} When it has ended, with `process.exitCode` set.
 */
export function runInFront([command, ...args], { env = process.env } = {}) {
  const child = spawn(command, args, { stdio: "inherit", env });
  /** @type {Map<NodeJS.Signals, () => void>} */
  const listeners = new Map();
  for (const signal of /** @type {NodeJS.Signals[]} */ ([
    "SIGINT",
    "SIGQUIT",
    "SIGTERM",
    "SIGHUP",
  ])) {
    const listener = () => {
      if (!comesFromTerminal(signal)) child.kill(signal);
    };
    listeners.set(signal, listener);
    process.on(signal, listener);
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => {
      for (const [name, listener] of listeners) process.off(name, listener);
      if (signal === null) process.exitCode = status ?? 1;
      else process.kill(process.pid, signal);
      resolve();
    });
  });
}

/**
 * A terminal sends these to its whole foreground group, so the child has had its own already; a
 * second one would mean "at once" to it.
 *
 * @param {NodeJS.Signals} signal
 */
function comesFromTerminal(signal) {
  return (signal === "SIGINT" || signal === "SIGQUIT") && process.stdin.isTTY;
}
