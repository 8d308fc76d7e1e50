import { existsSync } from "node:fs";
import { join } from "node:path";

import { bringPackage } from "./bring-package.mjs";

/** Of its sources in C++ nothing is needed. */
const FILES = [
  "LICENSE.txt",
  "index.js",
  "package.json",
  "src/koffi/index.js",
  "src/koffi/src/static.js",
];

/**
 * koffi with its native parts for every processor that we support: where each file lies, by where it goes to.
 *
 * @param {string} root The checkout.
 * @param {readonly string[]} architectures
 * @returns {Promise<Map<string, string>>}
 */
export async function findKoffiFiles(root, architectures) {
  /** @type {Map<string, string>} */
  const files = new Map(
    FILES.map((name) => [`node_modules/koffi/${name}`, join(root, "node_modules/koffi", name)]),
  );
  for (const architecture of architectures) {
    const name = `@koromix/koffi-linux-${architecture}`;
    const folder = await bringPackage(root, name);
    for (const file of ["index.js", "package.json", `linux_${architecture}/koffi.node`]) {
      if (!existsSync(join(folder, file))) throw new Error(`${name} has no ${file}`);
      files.set(`node_modules/${name}/${file}`, join(folder, file));
    }
  }
  return files;
}
