import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";

import { installWithApt } from "../setup/apt.mjs";
import { findCommand } from "../setup/find-command.mjs";
import { whileLocked } from "../setup/lock.mjs";
import { unpackPackage } from "../setup/unpack-package.mjs";
import { buildApiServer, GO } from "./build-api-server.mjs";
import { fetchSourcePackage } from "./source-package.mjs";

/** @typedef {import("../setup/announcer.mjs").Announcer} Announcer */

/** @typedef {{ folder: string } | { lacking: string }} Brought */

const VERSION = "1.20.2";
/** Goes up when the way in which they are built changes. */
const RECIPE = 1;
const PROGRAMS = ["etcd", "kube-apiserver"];
const WORK = "work-";
const GO_PACKAGE = "golang-1.19-go";
const ETCD = { packageName: "etcd-server", paths: ["usr/bin/etcd"] };
const REFLECT2 = {
  packageName: "golang-github-modern-go-reflect2-dev",
  paths: ["usr/share/gocode/src/github.com/modern-go/reflect2"],
};
const NEEDED = ["apt-get", "dpkg-deb", "tar", "grep"];

/**
 * Kubernetes' API server and the etcd that it keeps things in. Built once from Debian's sources, and kept outside of every checkout.
 *
 * @param {Announcer} announcer
 * @returns {Promise<Brought>} `lacking`: what is missing, and what to do about it.
 */
export async function bringKubernetesPrograms(announcer) {
  const home = findHome();
  const folder = toFolder(home);
  if (hasAll(folder)) return { folder };
  mkdirSync(home, { recursive: true });
  const onWait = (/** @type {string} */ owner) =>
    announcer.say(
      `waiting for another who builds Kubernetes' API server (process ${owner.split(" ")[0]})`,
    );
  return whileLocked(join(home, "lock"), { onWait }, async () => {
    if (hasAll(folder)) return { folder };
    const lacking = await findLacking(announcer);
    if (lacking !== "") return { lacking };
    removeLeftOvers(home);
    // Beside the folder that it is to become, so that it appears there as a whole.
    const work = mkdtempSync(join(home, WORK));
    try {
      const failure = await build(work, announcer);
      if (failure !== "") return { lacking: `Kubernetes' API server cannot be built:\n${failure}` };
      rmSync(folder, { recursive: true, force: true });
      renameSync(join(work, "programs"), folder);
      return { folder };
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

/** @returns {Brought} */
export function findKubernetesPrograms() {
  const folder = toFolder(findHome());
  return hasAll(folder) ? { folder } : { lacking: `${folder} is not there yet` };
}

/** @param {string} home */
function toFolder(home) {
  return join(home, `kubernetes-${VERSION}-${RECIPE}-${process.arch}`);
}

/**
 * Of builds that were killed, of which there is none under way: a gigabyte each.
 *
 * @param {string} home
 */
function removeLeftOvers(home) {
  for (const name of readdirSync(home))
    if (name.startsWith(WORK)) rmSync(join(home, name), { recursive: true, force: true });
}

/** @param {string} folder */
function hasAll(folder) {
  return PROGRAMS.every((name) => existsSync(join(folder, name)));
}

function findHome() {
  const { RUNNER_GUARD_KUBERNETES_CACHE: own, XDG_CACHE_HOME: cache } = process.env;
  return own || join(cache || join(homedir(), ".cache"), "runner-guard");
}

/**
 * @param {Announcer} announcer
 * @returns {Promise<string>} Empty: all is there.
 */
async function findLacking(announcer) {
  const missing = NEEDED.filter((name) => findCommand(name) === undefined);
  if (missing.length > 0)
    return `Kubernetes' API server is built from Debian's sources, which needs ${missing.join(", ")}`;
  if (existsSync(GO)) return "";
  const advice = `Kubernetes' API server is built with Go 1.19: apt-get install ${GO_PACKAGE}`;
  if (process.geteuid?.() !== 0) return advice;
  const { failure } = await announcer.during(`installing ${GO_PACKAGE} with apt-get`, () =>
    installWithApt([GO_PACKAGE]),
  );
  return existsSync(GO) ? "" : `${advice}\n${failure}`.trim();
}

/**
 * @param {string} work
 * @param {Announcer} announcer
 * @returns {Promise<string>} What went wrong; empty: nothing.
 */
async function build(work, announcer) {
  const programs = join(work, "programs");
  mkdirSync(programs);
  for (const [wanted, where] of /** @type {const} */ ([
    [ETCD, programs],
    [REFLECT2, work],
  ])) {
    const failure = await unpackPackage(wanted, where);
    if (failure !== "") return failure;
  }
  const source = await announcer.during(`fetching the source of Kubernetes ${VERSION}`, () =>
    fetchSourcePackage("kubernetes", work),
  );
  if ("failure" in source) return source.failure;
  if (!basename(source.archive).includes(VERSION))
    return `Debian has ${basename(source.archive)} here, and not ${VERSION}`;
  return announcer.during("building Kubernetes' API server, once, which takes minutes", () =>
    buildApiServer({
      archive: source.archive,
      reflect2: join(work, "reflect2"),
      version: VERSION,
      work,
      output: join(programs, "kube-apiserver"),
    }),
  );
}
