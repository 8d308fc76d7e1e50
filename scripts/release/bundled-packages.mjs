import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A library of somebody else's that a release holds.
 *
 * @typedef {{ readonly name: string, readonly version: string, readonly license: string, readonly integrity: string, readonly terms: string }} Package
 */

/** Which packages the sources are bundled with: those of which a file was read. `note` takes its path below the checkout. */
export function createPackageNotes() {
  /** @type {Set<string>} */
  const names = new Set();
  return {
    names,
    note: (/** @type {string} */ path) => {
      const found = /^.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
      if (found !== undefined) names.add(found);
    },
  };
}

/**
 * What package-lock.json says of them, and the terms they come under.
 *
 * @param {string} root The checkout.
 * @param {Iterable<string>} names
 * @returns {Package[]} By their names.
 */
export function describePackages(root, names) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return [...names].toSorted().map((name) => {
    const { version, license, integrity } = packages[`node_modules/${name}`];
    return { name, version, license, integrity, terms: readTerms(root, name) };
  });
}

/**
 * A native part comes under the terms of the package that it is a part of.
 *
 * @param {string} root
 * @param {string} name
 */
function readTerms(root, name) {
  const folder = join(root, "node_modules", name.startsWith("@koromix/koffi-") ? "koffi" : name);
  const files = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
    .toSorted();
  if (files.length === 0) throw new Error(`${name} does not say under which terms it comes`);
  return files.map((file) => readFileSync(join(folder, file), "utf8").trim()).join("\n\n");
}
