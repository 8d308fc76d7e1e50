import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";

/** Where a bookmark of the dashboard leads, as long as nobody else listens there. */
const ADDRESSES = ["127.0.0.1:8787", "127.0.0.1:0"];
/** Below the checkout: runs of earlier starts are there still. */
const DATA = ".cache/start-collector";
const TOKEN_BYTES = 24;
const READY = /ready: (?<url>http:\S+), data in/;

/**
 * A collector of one's own, with its dashboard, for whoever tries Runner Guard.
 *
 * @typedef {{ readonly url: string, readonly adminToken: string, readonly agentToken: string, readonly end: () => Promise<void> }} LocalCollector
 */

/**
 * @param {string} root The checkout.
 * @returns {Promise<LocalCollector | { readonly lacking: string }>}
 */
export async function startLocalCollector(root) {
  let lacking = "";
  for (const address of ADDRESSES) {
    const started = await tryToStart(root, address);
    if ("url" in started) return started;
    ({ lacking } = started);
    if (!lacking.includes("--listen")) break;
  }
  return { lacking };
}

/**
 * @param {string} root
 * @param {string} address
 * @returns {Promise<LocalCollector | { readonly lacking: string }>}
 */
async function tryToStart(root, address) {
  const [adminToken, agentToken] = [makeToken("admin"), makeToken("agent")];
  const child = spawn(
    join(root, "bin/runner-guard-collector"),
    ["serve", "--listen", address, "--data-dir", join(root, DATA), "--log-level", "error"],
    {
      // Ctrl-C is for the job first: its guard has something to send still.
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        RUNNER_GUARD_ADMIN_TOKEN: adminToken,
        RUNNER_GUARD_AGENT_TOKEN: agentToken,
      },
    },
  );
  let said = "";
  child.stderr.setEncoding("utf8");
  const ended = once(child, "close").catch(() => undefined);
  /** @type {Promise<string | undefined>} */
  const ready = new Promise((resolve) => {
    child.stderr.on("data", (chunk) => {
      said += chunk;
      const url = READY.exec(said)?.groups?.["url"];
      if (url !== undefined) resolve(url);
    });
    child.on("error", (error) => {
      said += error.message;
      resolve(undefined);
    });
    void ended.then(() => resolve(undefined));
  });
  const url = await ready;
  if (url === undefined) return { lacking: said.trim() };
  return {
    url,
    adminToken,
    agentToken,
    async end() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** @param {string} role */
function makeToken(role) {
  return `rg_${role}_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
}
