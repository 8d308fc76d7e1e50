/**
 * What bin/runner-guard starts: plain JavaScript, so that the compile cache is there before anything else is loaded. It takes
 * the bundle that set-up made, where that is of exactly these sources, and the sources where not.
 */
import { writeSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

import { findBundle } from "./bundle/find-bundle.mjs";
import { holdBundle } from "./bundle/hold-bundle.mjs";
import { prepareProcess } from "./bundle/prepare-process.mjs";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

prepareProcess(root);

const bundle = findBundle(root);
if (bundle.state === "broken") warn(`${bundle.what} is damaged, so that starting takes longer`);
if (bundle.state === "fresh") await runBundle(bundle);
else await runSources();

/** @param {{ entry: string, files: readonly string[] }} bundle */
async function runBundle({ entry, files }) {
  holdBundle(root, files);
  const url = pathToFileURL(entry).href;
  const { traceToSources } = await import(new URL("trace-to-sources.mjs", url).href);
  traceToSources(new URL(".", url).href);
  await import(url);
}

async function runSources() {
  // Node.js looks for a package.json above each module, and whether it is a link: 200 modules of ours take 60 ms so.
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const isOurs = specifier.startsWith(".") && specifier.endsWith(".ts");
      if (!isOurs || context.parentURL === undefined) return nextResolve(specifier, context);
      const { href } = new URL(specifier, context.parentURL);
      return { url: href, format: "module-typescript", shortCircuit: true };
    },
  });
  await import("./main.ts");
}

/** @param {string} text */
function warn(text) {
  try {
    writeSync(2, `runner-guard: warning: ${text}; run: node ${root}/scripts/setup.mjs\n`);
  } catch {
    // Nobody reads it.
  }
}
