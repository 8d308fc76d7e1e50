import { runCommand } from "./run-command.mjs";

/** Another apt-get, of an image that is just starting, may hold dpkg's lock for a while. */
const WAIT_FOR_LOCK_S = 120;

/**
 * @typedef {object} AptResult
 * @property {string[]} unavailable Names that the package lists do not hold.
 * @property {string} failure What apt-get said when it failed; empty when it did not.
 */

/**
 * Installs what the package lists offer of these. Fresh images come without lists, and old lists
 * name files that are gone: both are met by fetching the lists and trying once more.
 *
 * @param {string[]} names
 * @returns {Promise<AptResult>}
 */
export async function installWithApt(names) {
  let update = { ok: true, output: "" };
  let offered = await findOffered(names);
  if (offered.length < names.length) {
    update = await aptGet(["update"]);
    offered = await findOffered(names);
  }
  let failure = await install(offered);
  if (failure !== "") {
    update = await aptGet(["update"]);
    failure = await install(offered);
  }
  if (!update.ok) return { unavailable: [], failure: [update.output, failure].join("\n").trim() };
  return { unavailable: names.filter((name) => !offered.includes(name)), failure };
}

/** @param {string[]} names */
async function install(names) {
  if (names.length === 0) return "";
  const { ok, output } = await aptGet(["install", "-y", "--no-install-recommends", ...names]);
  return ok ? "" : output;
}

/** @param {string[]} names */
async function findOffered(names) {
  const offered = [];
  for (const name of names) {
    const { ok } = await runCommand(["apt-cache", "show", "--no-all-versions", name]);
    if (ok) offered.push(name);
  }
  return offered;
}

/** @param {string[]} args */
function aptGet(args) {
  return runCommand(["apt-get", "-o", `DPkg::Lock::Timeout=${WAIT_FOR_LOCK_S}`, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}
