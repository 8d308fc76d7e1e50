/**
 * Lays out the image's root: the release, Node.js, and of Debian's packages only the programs that the guard starts and the
 * libraries that these load. No shell, no package manager, nothing that an attacker would find at hand.
 *
 *   node scripts/image/root/assemble-root.mjs DIST ROOT      DIST is where build:release puts its folder
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { describeContents } from "./describe-contents.mjs";
import { toLauncher } from "./launcher.mjs";

/** Of a number that no base of a runner's has given to anybody. */
const USER = { name: "runner-guard", id: 65_532 };
const RELEASE = "/opt/runner-guard";
/** What the release says that it is made of. */
const BILL = "sbom.cdx.json";
const NODE = "/usr/local/bin/node";
/** Where the release's own scripts look for it first, so that its folder is all that another image needs. */
const NODE_BESIDE = `${RELEASE}/.node24/node`;
const LAUNCHERS = ["runner-guard", "runner-guard-collector"];
const LIBRARIES = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
/** `nft` is what blocks; the guard starts the other two to see that its sensor sees (agent/sensor/kernel/canary.ts). */
const PROGRAMS = ["/usr/sbin/nft", "/bin/true", "/bin/cat"];
/** Loaded by its name, so that no program's header tells of it. */
const LOADED_LATE = [`${LIBRARIES}/libbpf.so.1`];
const FILES = {
  "/etc/passwd": [
    "root:x:0:0:root:/root:/usr/sbin/nologin",
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
    `${USER.name}:x:${USER.id}:${USER.id}:Runner Guard:/var/lib/runner-guard:/usr/sbin/nologin`,
  ],
  "/etc/group": ["root:x:0:", "nogroup:x:65534:", `${USER.name}:x:${USER.id}:`],
  "/etc/nsswitch.conf": ["passwd: files", "group: files", "hosts: files dns"],
};
/** Mount points, all that is written to among them. A volume may begin as a copy of what is there: the last is the collector's own. */
const FOLDERS = [
  { path: "/proc", mode: 0o555, owner: 0 },
  { path: "/sys", mode: 0o555, owner: 0 },
  { path: "/dev", mode: 0o755, owner: 0 },
  { path: "/root", mode: 0o700, owner: 0 },
  { path: "/tmp", mode: 0o1777, owner: 0 },
  { path: "/etc/runner-guard", mode: 0o755, owner: 0 },
  { path: "/run/runner-guard", mode: 0o755, owner: 0 },
  { path: "/var/lib/runner-guard", mode: 0o755, owner: 0 },
  { path: "/var/lib/runner-guard/data", mode: 0o700, owner: USER.id },
];

const [dist, root] = process.argv.slice(2);
if (dist === undefined || root === undefined) throw new Error("usage: assemble-root.mjs DIST ROOT");
layOutFolders(root);
for (const [path, lines] of Object.entries(FILES)) {
  write(join(root, path), `${lines.join("\n")}\n`, 0o644);
}
const release = findRelease(dist);
cpSync(release, join(root, RELEASE), { recursive: true });
copy(process.execPath, join(root, NODE_BESIDE));
mkdirSync(dirname(join(root, NODE)), { recursive: true });
symlinkSync(NODE_BESIDE, join(root, NODE));
for (const name of LAUNCHERS) {
  const launcher = toLauncher({ script: join(release, "bin", name), release: RELEASE, node: NODE });
  write(join(root, "/usr/local/bin", name), launcher, 0o755);
}
copy(join(import.meta.dirname, "health.mjs"), join(root, RELEASE, "image/health.mjs"));
const health = `#!${NODE} --max-semi-space-size=1\nimport "${RELEASE}/image/health.mjs";\n`;
write(join(root, "/usr/local/bin/runner-guard-health"), health, 0o755);
const ofDebian = [...PROGRAMS, ...LOADED_LATE];
const files = new Set([...ofDebian, ...[...ofDebian, process.execPath].flatMap(listLibraries)]);
for (const path of files) copy(realpathSync(path), join(root, path));
describeContents({
  root,
  bill: join(release, BILL),
  files: [...files].map((path) => realpathSync(path)),
});

/** @param {string} folder */
function findRelease(folder) {
  const [found, another] = globSync(join(folder, "runner-guard-*")).filter((path) =>
    statSync(path).isDirectory(),
  );
  if (found === undefined || another !== undefined) {
    throw new Error(`${folder} has no release, or more than one: npm run build:release makes it`);
  }
  return found;
}

/**
 * Debian keeps /bin, /sbin and /lib as links into /usr.
 *
 * @param {string} image
 */
function layOutFolders(image) {
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    mkdirSync(join(image, "usr", name), { recursive: true });
    symlinkSync(`usr/${name}`, join(image, name));
  }
  for (const { path, mode, owner } of FOLDERS) {
    mkdirSync(join(image, path), { recursive: true });
    chmodSync(join(image, path), mode);
    chownSync(join(image, path), owner, owner);
  }
}

/**
 * @param {string} path
 * @param {string} text
 * @param {number} mode
 */
function write(path, text, mode) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/**
 * @param {string} from
 * @param {string} to
 */
function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, statSync(from).mode & 0o755);
}

/**
 * What the loader would take, by the paths that it looks at.
 *
 * @param {string} path
 */
function listLibraries(path) {
  const { status, stdout } = spawnSync("ldd", [path], { encoding: "utf8" });
  if (status !== 0 || stdout.includes("not found")) throw new Error(`${path}: ldd says ${stdout}`);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, library = ""]) => library);
}
