import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { findCommand } from "./find-command.mjs";
import { runCommand } from "./run-command.mjs";
import { MULTIARCH } from "./system-packages.mjs";

const SOURCE_FOLDER = "agent/sensor/kernel";
/** How it is compiled is a part of what it is compiled from. */
const RECIPE = fileURLToPath(import.meta.url);

/** What clang and libbpf's headers call the processors that we compile for. */
const TARGETS = { x64: "x86", arm64: "arm64" };

/** @typedef {keyof typeof TARGETS} Architecture */

export const ARCHITECTURES = Object.keys(TARGETS).filter(isArchitecture);

/**
 * @param {string} name
 * @returns {name is Architecture}
 */
export function isArchitecture(name) {
  return Object.hasOwn(TARGETS, name);
}

/**
 * The kernel sensor's program, compiled for this machine where clang is here and the source is
 * newer. A failure costs the kernel sensor alone: the agent goes on with sampling, and says so.
 *
 * @param {string} root
 * @returns {import("./set-up.mjs").Step}
 */
export function createKernelObjectStep(root) {
  const architecture = process.arch;
  return {
    essential: false,
    inspect() {
      if (!isArchitecture(architecture)) {
        return {
          state: "lacking",
          message: `the kernel sensor has no program for ${architecture} processors`,
        };
      }
      if (!isKernelObjectStale(root, architecture)) return { state: "ready" };
      // What is missing, and what is lost without it, is the system packages' step to say.
      return { state: findCommand("clang") === undefined ? "ready" : "work" };
    },
    async perform(announcer) {
      if (!isArchitecture(architecture)) return { status: "done" };
      const result = await announcer.during("compiling the kernel sensor's program", () =>
        buildKernelObject(root, architecture),
      );
      if (result.ok) return { status: "done" };
      return {
        status: "lacking",
        message: `the kernel sensor's program does not compile, so there is no kernel sensor:\n${result.output}`,
      };
    },
  };
}

/**
 * @param {string} root
 * @param {Architecture} architecture
 */
export function kernelObjectPath(root, architecture) {
  return join(root, SOURCE_FOLDER, `guard.${architecture}.bpf.o`);
}

/**
 * Whether a source is newer, or there is none.
 *
 * @param {string} root
 * @param {Architecture} architecture
 */
export function isKernelObjectStale(root, architecture) {
  const object = kernelObjectPath(root, architecture);
  const builtAt = existsSync(object) ? statSync(object).mtimeMs : 0;
  const sources = [...listSources(join(root, SOURCE_FOLDER)), RECIPE];
  return sources.some((path) => statSync(path).mtimeMs > builtAt);
}

/** @param {string} folder */
function listSources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => join(folder, name));
}

/**
 * Compiles and strips elsewhere, then moves the object to its place. Without `-g` there would
 * be no BTF, and without BTF no relocation to the running kernel's structures; `llvm-strip -g`
 * takes the DWARF away and leaves the BTF.
 *
 * @param {string} root
 * @param {Architecture} architecture
 * @param {{ object?: string, macros?: readonly string[] }} [options] Where it goes other than to its place, and what is defined.
 * @returns {Promise<import("./run-command.mjs").CommandResult>}
 */
export async function buildKernelObject(root, architecture, options = {}) {
  const { macros = [] } = options;
  const object = resolve(options.object ?? kernelObjectPath(root, architecture));
  // Where they lie becomes a part of what is made, which is to be the same everywhere.
  const source = join(SOURCE_FOLDER, "guard.bpf.c");
  const folder = ["-fdebug-compilation-dir", "/runner-guard"];
  const fresh = toFreshPath(root, options.object);
  mkdirSync(dirname(fresh), { recursive: true });
  const optimised = ["-g", "-O2", "-Wall", "-Werror"];
  /** @type {[string, ...string[]]} */
  const compile = [
    "clang",
    "-target",
    "bpf",
    `-D__TARGET_ARCH_${TARGETS[architecture]}`,
    ...macros.map((name) => `-D${name}`),
    ...optimised,
    ...folder,
    ...includeFlags(architecture),
    "-c",
    source,
    "-o",
    fresh,
  ];
  const compiled = await runCommand(compile, { cwd: root });
  const result = compiled.ok ? await runCommand(["llvm-strip", "-g", fresh]) : compiled;
  if (result.ok) renameSync(fresh, object);
  else rmSync(fresh, { force: true });
  return result;
}

/**
 * Where it is moved from. Not among the sources: whoever copies these meanwhile would not find it again.
 *
 * @param {string} root
 * @param {string | undefined} object
 */
function toFreshPath(root, object) {
  const name = `kernel-object.${process.pid}.new`;
  return object === undefined ? join(root, ".cache", name) : `${resolve(object)}.${name}`;
}

/**
 * linux/types.h includes asm/types.h, which Debian keeps in a folder for each processor; for BPF
 * their contents are the same, so this machine's stand in for another's.
 *
 * @param {Architecture} architecture
 */
function includeFlags(architecture) {
  const folders = [MULTIARCH[architecture], ...Object.values(MULTIARCH)].map(
    (triple) => `/usr/include/${triple}`,
  );
  const folder = folders.find((path) => existsSync(join(path, "asm/types.h")));
  return folder === undefined ? [] : ["-I", folder];
}
