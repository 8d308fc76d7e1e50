import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { findMirrors } from "../kubernetes/source-package.mjs";
import { runCommand } from "../setup/run-command.mjs";
import { findCacheFolder } from "./cache-folder.mjs";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const EMULATOR = "qemu-system-arm";
/** The archiver makes the file that the kernel starts from. */
const TOOLS = ["cpio"];
/** For arm64: a shell, and what the kernel sensor is loaded with. Which kernel, `linux-image-arm64` says. */
const SYSTEM = ["busybox-static", "libbpf1", "libelf1", "zlib1g"];

/**
 * A machine for arm64 that is emulated as a whole, with Debian's kernel: nothing of it is installed. `machine` has a folder
 * `emulator`, and `system` with what is for arm64.
 *
 * @returns {Promise<{ machine: string } | { lacking: string }>}
 */
export async function bringArm64Machine() {
  const machine = join(findCacheFolder(), "arm64-machine");
  if (existsSync(machine)) return { machine };
  mkdirSync(findCacheFolder(), { recursive: true });
  const work = mkdtempSync(`${machine}-`);
  try {
    await bringTools(join(work, "emulator"));
    await bringSystem(join(work, "system"), join(work, "apt"));
    renameSync(work, machine);
    return { machine };
  } catch (error) {
    return { lacking: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * With the libraries that this machine does not have.
 *
 * @param {string} folder
 */
async function bringTools(folder) {
  await run(["apt-get", "update"]);
  const plan = execFileSync(
    "apt-get",
    ["install", "--simulate", "--no-install-recommends", EMULATOR],
    { encoding: "utf8" },
  );
  const missing = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = ""]) => name);
  await unpack([...new Set([EMULATOR, ...missing, ...TOOLS])], folder, []);
}

/**
 * @param {string} folder
 * @param {string} apt Where apt keeps what it knows of the other processor's packages.
 */
async function bringSystem(folder, apt) {
  mkdirSync(join(apt, "lists/partial"), { recursive: true });
  mkdirSync(join(apt, "archives/partial"), { recursive: true });
  const key = existsSync(KEYRING) ? ` signed-by=${KEYRING}` : "";
  const lines = (await findMirrors()).map((mirror) => `deb [arch=arm64${key}] ${mirror} main\n`);
  writeFileSync(join(apt, "sources.list"), lines.join(""));
  const options = [
    "APT::Architecture=arm64",
    "APT::Architectures::=arm64",
    "APT::Sandbox::User=root",
    `Dir::Etc::sourcelist=${apt}/sources.list`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${apt}/lists`,
    "Dir::State::status=/dev/null",
    `Dir::Cache=${apt}`,
  ].flatMap((option) => ["-o", option]);
  await run(["apt-get", ...options, "update"]);
  const depends = await run(["apt-cache", ...options, "depends", "linux-image-arm64"]);
  const kernel = /linux-image-\d\S+/.exec(depends)?.[0];
  if (kernel === undefined) throw new Error("Debian has no kernel for arm64");
  await unpack([kernel, ...SYSTEM], folder, options);
  // Drivers, which are most of it: what is needed is in the kernel itself.
  for (const name of ["lib/modules", "usr/lib/modules"]) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} names
 * @param {string} folder
 * @param {readonly string[]} options Of apt.
 */
async function unpack(names, folder, options) {
  mkdirSync(folder, { recursive: true });
  await run(["apt-get", ...options, "download", ...names], folder);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
    await run(["dpkg-deb", "--extract", file, "."], folder);
    rmSync(join(folder, file));
  }
}

/**
 * @param {[string, ...string[]]} command
 * @param {string} [cwd]
 */
async function run(command, cwd) {
  const { ok, output } = await runCommand(command, cwd === undefined ? {} : { cwd });
  if (!ok) throw new Error(`${command[0]} failed: ${output}`);
  return output;
}
