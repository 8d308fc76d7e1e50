/** How often work that takes long says that it is still alive. */
const HEARTBEAT_MS = 15_000;

/**
 * @typedef {object} Announcer
 * @property {(text: string) => void} say Said also when quiet: something was done, or is about to be.
 * @property {(text: string) => void} remark Left out when quiet.
 * @property {(text: string) => void} warn
 * @property {<T>(title: string, work: () => Promise<T>) => Promise<T>} during Says what is being
 *   done, that it goes on, and how long it took.
 */

/**
 * Speaks on stderr: stdout belongs to whatever runs after the set-up. Colour only on a terminal
 * that wants it.
 *
 * @param {{ quiet: boolean }} options
 * @returns {Announcer}
 */
export function createAnnouncer({ quiet }) {
  const coloured = process.stderr.isTTY && !process.env["NO_COLOR"];
  const paint = (/** @type {number} */ code, /** @type {string} */ text) =>
    coloured ? `\x1b[${code}m${text}\x1b[0m` : text;
  const print = (/** @type {string} */ text) => {
    process.stderr.write(`${paint(2, "set-up:")} ${text}\n`);
  };

  return {
    say: print,
    remark: (text) => {
      if (!quiet) print(text);
    },
    warn: (text) => print(paint(33, text)),
    async during(title, work) {
      const startedAt = Date.now();
      const seconds = () => ((Date.now() - startedAt) / 1000).toFixed(1);
      print(`${title} …`);
      const heartbeat = setInterval(
        () => print(`… still at it after ${seconds()} s`),
        HEARTBEAT_MS,
      );
      try {
        return await work();
      } finally {
        clearInterval(heartbeat);
        print(`… took ${seconds()} s`);
      }
    },
  };
}
