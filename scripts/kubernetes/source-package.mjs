import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runCommand } from "../setup/run-command.mjs";

/** Where the machine's own lists do not say from where Debian comes. */
const USUAL_MIRROR = "http://deb.debian.org/debian/ bookworm";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Fetches the source of a package of Debian's, checked by its signature. The machine's own lists are read, and stay as they are.
 *
 * @param {string} name
 * @param {string} folder
 * @returns {Promise<{ archive: string } | { failure: string }>} `archive`: what its authors have published.
 */
export async function fetchSourcePackage(name, folder) {
  const lists = join(folder, "lists");
  const downloads = join(folder, "source");
  for (const path of [join(lists, "partial"), join(folder, "archives/partial"), downloads])
    mkdirSync(path, { recursive: true });
  const sources = join(folder, "sources.list");
  const key = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : "";
  const mirrors = await findMirrors();
  writeFileSync(sources, mirrors.map((mirror) => `deb-src ${key}${mirror} main\n`).join(""));
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${lists}`,
    `Dir::Cache=${folder}`,
    // As root it would be another user, who may not write here.
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  const updated = await runCommand(["apt-get", ...options, "update"]);
  if (!updated.ok) return { failure: updated.output };
  const fetched = await runCommand(
    ["apt-get", ...options, "source", "--download-only", "--only-source", name],
    { cwd: downloads },
  );
  const archive = readdirSync(downloads).find((file) => /\.orig\.tar\.[a-z0-9]+$/.test(file));
  if (!fetched.ok || archive === undefined) return { failure: fetched.output };
  return { archive: join(downloads, archive) };
}

/** Where this machine has Debian from: address and suite. */
export async function findMirrors() {
  const format = "$(REPO_URI) $(RELEASE) $(ORIGIN) $(COMPONENT)";
  const { output } = await runCommand([
    "apt-get",
    "indextargets",
    "--format",
    format,
    "Created-By: Packages",
  ]);
  const found = [...output.matchAll(/^(\S+ [a-z]+) Debian main$/gm)].map(
    ([, mirror = ""]) => mirror,
  );
  return found.length === 0 ? [USUAL_MIRROR] : [...new Set(found)];
}
