import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describePackages } from "./bundled-packages.mjs";
import { MANIFEST, toManifestText } from "./manifest.mjs";
import { NOTICES, toNoticesText } from "./notices.mjs";
import { addCopy, addText } from "./release-files.mjs";
import { SBOM, toSbomText } from "./sbom.mjs";

/**
 * Adds what tells of the files: what they are, whose they are, and what each holds.
 *
 * @param {import("./release-files.mjs").ReleaseFiles} files
 * @param {string} root The checkout.
 * @param {Iterable<string>} packageNames
 */
export function finishFiles(files, root, packageNames) {
  const product = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { name, version, license, type } = product;
  const packages = describePackages(root, packageNames);
  const manifest = { name, version, private: true, license, type };
  addText(files, "package.json", `${JSON.stringify(manifest, null, 2)}\n`);
  addText(files, NOTICES, toNoticesText(packages));
  addText(files, SBOM, toSbomText(product, packages));
  addCopy(files, "LICENSE", join(root, "LICENSE"));
  addText(files, MANIFEST, toManifestText(files));
}
