import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { bundleSources } from "../bundle/bundle-sources.mjs";
import { addCopy, addText } from "./release-files.mjs";

/**
 * Bundles a command, and puts what its parts find by a path where they look for it.
 *
 * @param {import("./release-files.mjs").ReleaseFiles} files
 * @param {import("./commands.mjs").Command} command
 * @param {object} options
 * @param {string} options.root The checkout.
 * @param {Parameters<typeof bundleSources>[0]["nameOf"]} [options.nameOf]
 * @param {(path: string) => void} options.note Told what was read.
 */
export async function addCommand(files, command, { root, nameOf, note }) {
  const { folder, entries, programs, copies } = command;
  const chunks = await bundleSources({
    root,
    entries,
    folder: join(root, folder),
    place: root,
    nameOf,
    hasMaps: false,
    read(path) {
      note(path);
      return readFileSync(join(root, path));
    },
  });
  for (const { name, content } of chunks) addText(files, `${folder}/${name}`, content);
  for (const name of programs) {
    const source = entries[name] ?? "";
    const bundled = relative(dirname(source), `${folder}/${name}.mjs`);
    const specifier = bundled.startsWith(".") ? bundled : `./${bundled}`;
    addText(files, source, `import ${JSON.stringify(specifier)};\n`);
  }
  for (const [from, to] of Object.entries(copies)) addCopy(files, to, join(root, from));
}
