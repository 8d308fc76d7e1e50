import { relative } from "node:path";

import { rolldown } from "rolldown";

import { createSourcePlugin } from "./source-plugin.mjs";

/** Names of files in the agent's bundle. What is loaded by `require` has to be one. */
export const AGENT_ENTRIES = {
  main: "agent/main.ts",
  redaction: "agent/redact/redaction.ts",
};
/** It finds its native part beside itself. */
const EXTERNAL = [/^koffi$/];

/** @typedef {{ readonly name: string, readonly content: string }} Chunk */

/**
 * @typedef {object} BundleOptions
 * @property {string} root The checkout.
 * @property {Readonly<Record<string, string>>} entries Paths of sources, by the names of their files in the bundle.
 * @property {string} folder Where the bundle is to lie.
 * @property {string} place What the sources find beside themselves lies below this as it does below the checkout.
 * @property {((id: string, graph: import("./run-phases.mjs").ModuleGraph) => string | null) | undefined} nameOf Which file a module goes to.
 * @property {boolean} hasMaps
 * @property {(path: string) => Buffer} read By its path below the checkout.
 */

/**
 * Makes a few files of many, readable and with the names of the sources. Nothing is written.
 *
 * @param {BundleOptions} options
 * @returns {Promise<Chunk[]>}
 */
export async function bundleSources({ root, entries, folder, place, nameOf, hasMaps, read }) {
  const build = await rolldown({
    cwd: root,
    input: { ...entries },
    platform: "node",
    tsconfig: false,
    // Of packages too: what they are called in the bundle is to be the same wherever they lie.
    resolve: { symlinks: false },
    preserveEntrySignatures: "allow-extension",
    external: EXTERNAL,
    plugins: [createSourcePlugin({ root, wayBack: relative(folder, place), entries, read })],
    onLog(level, log) {
      if (level === "warn") throw new Error(log.message);
    },
  });
  try {
    const { output } = await build.generate({
      format: "esm",
      sourcemap: hasMaps,
      entryFileNames: "[name].mjs",
      chunkFileNames: "[name].mjs",
      dir: folder,
      codeSplitting:
        nameOf === undefined
          ? true
          : {
              groups: [{ name: nameOf, debugName: "phases of run" }],
              // A phase names all that it needs; else a later one would take what an earlier one has.
              includeDependenciesRecursively: false,
            },
    });
    return output.map((file) => ({
      name: file.fileName,
      content: file.type === "chunk" ? file.code : String(file.source),
    }));
  } finally {
    await build.close();
  }
}
