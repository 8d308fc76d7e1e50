import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, gzipSync } from "node:zlib";

const CHECKSUMS = "SHA256SUMS";
/** That of the files in packages of npm's. An archive that was made later of the same files is the same. */
const TIME = "@499162500";
const PLAIN = ["--format=ustar", "--sort=name", `--mtime=${TIME}`];
const NOBODYS = ["--owner=0", "--group=0", "--numeric-owner"];

/**
 * Of a folder, beside it.
 *
 * @param {string} output
 * @param {string} name Of the folder.
 * @returns {string} The archive.
 */
export function writeArchive(output, name) {
  const tar = join(output, `${name}.tar`);
  const archive = `${tar}.gz`;
  const { status, error, stderr } = spawnSync(
    "tar",
    [...PLAIN, ...NOBODYS, "-cf", tar, "-C", output, name],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`tar cannot write ${tar}: ${error?.message ?? stderr}`);
  const content = gzipSync(readFileSync(tar), { level: constants.Z_BEST_COMPRESSION });
  rmSync(tar);
  writeInPlace(archive, content);
  return archive;
}

/**
 * Writes SHA256SUMS beside files, as `sha256sum --check` reads it.
 *
 * @param {string} output
 * @param {readonly string[]} names
 */
export function writeSums(output, names) {
  const lines = names.map((name) => {
    const sum = createHash("sha256").update(readFileSync(join(output, name)));
    return `${sum.digest("hex")}  ${name}\n`;
  });
  writeInPlace(join(output, CHECKSUMS), lines.join(""));
}

/**
 * @param {string} path
 * @param {string | Buffer} content
 */
function writeInPlace(path, content) {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}
