import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Which commit a checkout is of, where nothing in it was changed or added since: what is tried of it is tried of the commit.
 *
 * @param {string} root The checkout.
 * @returns {string | undefined}
 */
export function findCleanCommit(root) {
  try {
    return runGit(root, ["status", "--porcelain"]) === "" ? findCommit(root) : undefined;
  } catch {
    // An archive's files, without git.
    return undefined;
  }
}

/**
 * The image of this commit was built and tried, and all was well.
 *
 * @param {string} root The checkout.
 * @param {string} commit
 */
export function noteTested(root, commit) {
  mkdirSync(dirname(toNote(root)), { recursive: true });
  writeFileSync(toNote(root), `${commit}\n`);
}

/**
 * Whether that was so of the commit that the checkout is of now.
 *
 * @param {string} root The checkout.
 */
export function wasTested(root) {
  const note = toNote(root);
  return existsSync(note) && readFileSync(note, "utf8") === `${findCommit(root)}\n`;
}

/** @param {string} root */
function findCommit(root) {
  return runGit(root, ["rev-parse", "HEAD"]);
}

/**
 * @param {string} root
 * @param {readonly string[]} args
 */
function runGit(root, args) {
  return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: "pipe" }).trim();
}

/** @param {string} root */
function toNote(root) {
  return join(root, ".cache/image-tested");
}
