import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { bundleClient } from "./bundle-client.mjs";
import { BUILT, hashSources, MANIFEST } from "./client-sources.mjs";

/**
 * Writes the dashboard's pages to where the collector serves them from, and then what they were made of.
 *
 * @param {string} root The checkout.
 */
export async function buildClient(root) {
  const sources = hashSources(root);
  const files = await bundleClient(root);
  for (const { name, content } of files) {
    const path = join(root, BUILT, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  removeOthers(
    join(root, BUILT, "assets"),
    files.map(({ name }) => basename(name)),
  );
  writeFileSync(join(root, MANIFEST), `${JSON.stringify({ sources })}\n`);
  return files;
}

/**
 * @param {string} folder
 * @param {readonly string[]} names
 */
function removeOthers(folder, names) {
  for (const name of readdirSync(folder)) {
    if (!names.includes(name)) rmSync(join(folder, name));
  }
}
