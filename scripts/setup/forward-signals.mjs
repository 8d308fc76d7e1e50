/** @type {NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"];

/**
 * Hands the signals that we get on to a child, so that ending us ends it.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @returns {{ stop: () => NodeJS.Signals | undefined }} `stop`: signals act on us again; tells the
 *   last one that came in the meantime.
 */
export function forwardSignals(child) {
  /** @type {NodeJS.Signals | undefined} */
  let last;
  const listener = (/** @type {NodeJS.Signals} */ signal) => {
    last = signal;
    if (!comesFromTerminal(signal)) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    stop() {
      for (const signal of SIGNALS) process.off(signal, listener);
      return last;
    },
  };
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
