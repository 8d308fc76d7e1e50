/**
 * What bin/runner-guard starts in a release, where it lies in the place of start.mjs: the bundle stands alone, without the
 * sources. All of it is in memory before the command runs.
 */
import { existsSync, readdirSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { holdBundle } from "./bundle/hold-bundle.mjs";
import { prepareProcess } from "./bundle/prepare-process.mjs";

const BUNDLE = "agent/bundled";
/** Programs of musl's cannot load what is linked with glibc, as the native part of koffi is. */
const MUSL_LOADERS = ["/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1"];
const GLIBC_LOADERS = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"];
/** EX_UNAVAILABLE, as of a guard that cannot be had. */
const EXIT_UNAVAILABLE = 69;

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const lacking = findLacking();
if (lacking === undefined) await runBundle();
else {
  say(`runner-guard: ${lacking}\n`);
  process.exitCode = EXIT_UNAVAILABLE;
}

async function runBundle() {
  prepareProcess(root);
  holdBundle(
    root,
    readdirSync(`${root}/${BUNDLE}`).map((name) => `${BUNDLE}/${name}`),
  );
  await import(new URL("bundled/main.mjs", import.meta.url).href);
}

function findLacking() {
  if (MUSL_LOADERS.some(existsSync) && !GLIBC_LOADERS.some(existsSync)) {
    return "this is a system with musl (Alpine), and the guard needs one with glibc, such as Debian or Ubuntu";
  }
  if (!existsSync(`${root}/node_modules/@koromix/koffi-linux-${process.arch}`)) {
    return `there is no guard for ${process.arch} processors, only for x64 and arm64`;
  }
  return undefined;
}

/** @param {string} text */
function say(text) {
  try {
    writeSync(2, text);
  } catch {
    // Nobody reads it.
  }
}
