/**
 * Whether what runs in this container does its work: a guard that has said so in its state directory and still lives, or a
 * collector that says so at /readyz.
 *
 *   runner-guard-health                     a guard where one has said that it is ready, else the collector
 *   runner-guard-health agent [STATE-DIR]
 *   runner-guard-health collector [PORT]
 */
import { existsSync, readFileSync } from "node:fs";
import { get } from "node:http";

const STATE_DIRECTORY = "/run/runner-guard";
const PORT = "8787";
/** Less than any probe waits. */
const TIMEOUT_MS = 4_000;

const [what, where] = process.argv.slice(2);
const finding = await check(what ?? (existsSync(toReady(STATE_DIRECTORY)) ? "agent" : "collector"));
process.stdout.write(`${finding.says}\n`);
process.exitCode = finding.status;

/** @typedef {{ status: 0 | 1 | 2, says: string }} Finding */

/**
 * @param {string} program
 * @returns {Promise<Finding> | Finding}
 */
function check(program) {
  if (program === "agent") return checkAgent(where ?? STATE_DIRECTORY);
  if (program === "collector") return checkCollector(where ?? PORT);
  return { status: 2, says: "usage: runner-guard-health [agent [STATE-DIR] | collector [PORT]]" };
}

/**
 * @param {string} directory
 * @returns {Finding}
 */
function checkAgent(directory) {
  const pid = readAnnouncedPid(toReady(directory));
  if (pid === undefined) return { status: 1, says: "the guard is not ready" };
  if (!isAlive(pid)) return { status: 1, says: "the guard has ended" };
  return { status: 0, says: "the guard is ready" };
}

/** @param {string} directory */
function toReady(directory) {
  return `${directory}/ready`;
}

/**
 * @param {string} file
 * @returns {number | undefined}
 */
function readAnnouncedPid(file) {
  try {
    const { pid } = JSON.parse(readFileSync(file, "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The state follows the last bracket: the process's name may have some (proc_pid_stat(5)).
 *
 * @param {number} pid
 */
function isAlive(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/^\) [ZXx]/.test(stat.slice(stat.lastIndexOf(")")));
  } catch {
    return false;
  }
}

/**
 * @param {string} port
 * @returns {Promise<Finding>}
 */
function checkCollector(port) {
  const options = { host: "127.0.0.1", port, path: "/readyz", timeout: TIMEOUT_MS, agent: false };
  return new Promise((resolve) => {
    const asked = get(options, ({ statusCode }) => {
      asked.destroy();
      if (statusCode === 200) resolve({ status: 0, says: "the collector is ready" });
      else resolve({ status: 1, says: `the collector is not ready: ${statusCode}` });
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.on("error", ({ message }) =>
      resolve({ status: 1, says: `neither a guard is ready nor a collector: ${message}` }),
    );
  });
}
