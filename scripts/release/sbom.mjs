/** CycloneDX, as JSON: https://cyclonedx.org/docs/1.6/json/ */
export const SBOM = "sbom.cdx.json";

/**
 * Without the time it was made at: the same release has the same text.
 *
 * @param {{ readonly name: string, readonly version: string, readonly license: string, readonly description: string }} product
 * @param {readonly import("./bundled-packages.mjs").Package[]} packages
 */
export function toSbomText({ name, version, license, description }, packages) {
  const own = toReference(name, version);
  const components = packages.map((one) => ({
    type: "library",
    "bom-ref": toReference(one.name, one.version),
    ...toNameParts(one.name),
    version: one.version,
    hashes: [{ alg: "SHA-512", content: toHexHash(one.integrity) }],
    licenses: [toLicense(one.license)],
    purl: toReference(one.name, one.version),
  }));
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": own,
        name,
        version,
        description,
        licenses: [toLicense(license)],
        purl: own,
      },
    },
    components,
    dependencies: [{ ref: own, dependsOn: components.map(({ purl }) => purl) }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * https://github.com/package-url/purl-spec: the scope's @ is escaped.
 *
 * @param {string} name
 * @param {string} version
 */
function toReference(name, version) {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** @param {string} name */
function toNameParts(name) {
  const [first = "", second] = name.split("/");
  return second === undefined ? { name } : { group: first, name: second };
}

/** @param {string} license */
function toLicense(license) {
  return /[ ()]/.test(license) ? { expression: license } : { license: { id: license } };
}

/** @param {string} integrity Of the package as npm has it. */
function toHexHash(integrity) {
  return Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
}
