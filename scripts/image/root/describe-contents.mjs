/**
 * What the image is made of, said in the image: the packages of Debian that its files are of, as scanners look for them, their
 * licences, and one bill of materials (CycloneDX) with these, Node.js and what the release brings.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const STATUS = "/var/lib/dpkg/status.d";
const BILL = "/usr/share/sbom/runner-guard-image.cdx.json";
const NODE_PARTS = [
  "ada",
  "ares",
  "brotli",
  "nghttp2",
  "openssl",
  "simdjson",
  "undici",
  "uv",
  "v8",
  "zlib",
];

/** @typedef {{ name: string, version: string, architecture: string, status: string }} Package */

/**
 * @typedef {object} Contents
 * @property {string} root The image's.
 * @property {string} bill Of the release.
 * @property {readonly string[]} files Of Debian's, where they lie on this machine.
 */

/** @param {Contents} contents */
export function describeContents({ root, bill, files }) {
  const packages = [...new Set(files.map(findPackage))].toSorted().map(readPackage);
  for (const { name, status } of packages) {
    write(join(root, STATUS, name), status);
    const licence = `/usr/share/doc/${name}/copyright`;
    mkdirSync(dirname(join(root, licence)), { recursive: true });
    copyFileSync(licence, join(root, licence));
  }
  write(join(root, "/etc/os-release"), readFileSync("/etc/os-release", "utf8"));
  const ofRelease = JSON.parse(readFileSync(bill, "utf8"));
  const components = [...ofRelease.components, toNodeComponent(), ...packages.map(toComponent)];
  const { "bom-ref": ref } = ofRelease.metadata.component;
  const dependencies = [{ ref, dependsOn: components.map((one) => one["bom-ref"]) }];
  const whole = { ...ofRelease, components, dependencies };
  write(join(root, BILL), `${JSON.stringify(whole, undefined, 2)}\n`);
}

/**
 * Debian names some files as they lay before /bin and /lib became links into /usr.
 *
 * @param {string} path
 */
function findPackage(path) {
  for (const name of [path, path.replace(/^\/usr/, "")]) {
    const { status, stdout } = spawnSync("dpkg", ["-S", name], { encoding: "utf8" });
    const owner = /^(?<name>[^\s:,]+)/.exec(stdout)?.groups?.["name"];
    if (status === 0 && owner !== undefined) return owner;
  }
  throw new Error(`${path} is of no package of Debian's`);
}

/**
 * @param {string} name
 * @returns {Package}
 */
function readPackage(name) {
  const { stdout: status } = spawnSync("dpkg-query", ["--status", name], { encoding: "utf8" });
  const read = (/** @type {string} */ field) =>
    new RegExp(`^${field}: (.+)$`, "m").exec(status)?.[1] ?? "";
  return { name, version: read("Version"), architecture: read("Architecture"), status };
}

/** @param {Package} found */
function toComponent({ name, version, architecture }) {
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`;
  return { type: "library", "bom-ref": purl, name, version, purl };
}

function toNodeComponent() {
  const parts = NODE_PARTS.flatMap((name) => {
    const version = process.versions[name];
    return version === undefined ? [] : [{ type: "library", name, version }];
  });
  const version = process.version.slice(1);
  const purl = `pkg:generic/node@${version}`;
  return {
    type: "application",
    "bom-ref": purl,
    name: "node",
    version,
    purl,
    components: parts,
  };
}

/**
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o644 });
}
