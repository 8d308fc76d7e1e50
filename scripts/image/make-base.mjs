import { cpSync, copyFileSync, mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { findCommand } from "../setup/find-command.mjs";
import { runCommand } from "../setup/run-command.mjs";

/** @typedef {import("./storage.mjs").Storage} Storage */

/** Of the image that stands in the Dockerfile. */
export const BASE = "docker.io/library/node:24-bookworm-slim";
const SUITE = "bookworm";
const USUAL_MIRROR = "http://deb.debian.org/debian";
/** How this machine knows whom it speaks to, which may be a proxy of its network's own. */
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Stands in for the public base where no registry of images is reached: the same Debian, from its own archive, and the same
 * Node.js, as npm has it. Under the same name in a storage of our own, so that the Dockerfile is built as it stands.
 *
 * @param {string} root The checkout.
 * @param {Storage} storage
 * @returns {Promise<string>} What went wrong; empty: nothing.
 */
export async function makeBase(root, storage) {
  const work = join(storage.home, "work");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const tree = join(work, "base");
  const sources = await listSources();
  const mirror = /^deb (\S+)/.exec(sources[0] ?? "")?.[1] ?? USUAL_MIRROR;
  const made = await runCommand([
    "debootstrap",
    "--variant=minbase",
    "--include=ca-certificates",
    SUITE,
    tree,
    mirror,
  ]);
  if (!made.ok) return made.output;
  writeFileSync(join(tree, "etc/apt/sources.list"), `${sources.join("\n")}\n`);
  rmSync(join(tree, "var/cache/apt/archives"), { recursive: true, force: true });
  addNode(root, tree);
  const failure = await commit(tree, storage);
  rmSync(work, { recursive: true, force: true });
  return failure;
}

/** What this machine takes its own packages from. */
async function listSources() {
  const format = "deb $(REPO_URI) $(RELEASE) $(COMPONENT) # $(ORIGIN)";
  const { output } = await runCommand([
    "apt-get",
    "indextargets",
    "--format",
    format,
    "Created-By: Packages",
  ]);
  const found = [...output.matchAll(/^(deb \S+ bookworm\S* main) # Debian$/gm)];
  return found.length === 0 ? [`deb ${USUAL_MIRROR} ${SUITE} main`] : found.map(([, line]) => line);
}

/**
 * @param {string} root
 * @param {string} tree
 */
function addNode(root, tree) {
  const bin = join(tree, "usr/local/bin");
  copyFileSync(realpathSync(join(root, ".node24/node")), join(bin, "node"));
  const npm = findCommand("npm");
  if (npm === undefined) throw new Error("npm is not here");
  const modules = "usr/local/lib/node_modules/npm";
  cpSync(resolve(dirname(realpathSync(npm)), ".."), join(tree, modules), { recursive: true });
  writeFileSync(
    join(bin, "npm"),
    `#!/bin/sh\nexec /usr/local/bin/node /${modules}/bin/npm-cli.js "$@"\n`,
    { mode: 0o755 },
  );
  copyFileSync(CERTIFICATES, join(tree, CERTIFICATES));
  mkdirSync(join(tree, "usr/local/etc"), { recursive: true });
  writeFileSync(join(tree, "usr/local/etc/npmrc"), `cafile=${CERTIFICATES}\n`);
}

/**
 * @param {string} tree
 * @param {Storage} storage
 */
async function commit(tree, { buildah }) {
  const container = "runner-guard-base";
  await buildah(["rm", container]);
  /** @type {(readonly string[])[]} */
  const steps = [
    ["from", "--name", container, "scratch"],
    ["add", "--quiet", container, tree, "/"],
    [
      "config",
      "--env",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      container,
    ],
    ["commit", "--quiet", "--rm", container, BASE],
  ];
  for (const step of steps) {
    const { ok, output } = await buildah(step);
    if (!ok) return output;
  }
  return "";
}
