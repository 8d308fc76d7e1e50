import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildAction } from "./build-action.mjs";
import { writeTagPages } from "./tag-pages.mjs";

/**
 * A commit of the action alone, whose parent is the one that it was built from.
 *
 * @param {string} root The checkout. What git knows in it has to be as it was committed.
 * @returns {Promise<{ commit: string, tag: string }>}
 */
export async function makeTagCommit(root) {
  const git = createGit(root);
  const changed = git(["status", "--porcelain", "--untracked-files=no"]);
  if (changed !== "") throw new Error(`what is released has to be committed before:\n${changed}`);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const work = mkdtempSync(join(tmpdir(), "runner-guard-tag-"));
  try {
    const tree = join(work, "tree");
    // Runners fetch all that a tag has before a job can begin: what is not here is in the commit that it is made of.
    writeTagPages(root, tree);
    await buildAction(root, join(tree, "dist"));
    const ofTree = { GIT_INDEX_FILE: join(work, "index"), GIT_WORK_TREE: tree };
    // What is built is on the list of what git leaves out.
    git(["add", "--force", "--all", "."], { cwd: tree, env: ofTree });
    const id = git(["write-tree"], { cwd: tree, env: ofTree });
    // Made again, it is the same commit.
    const date = git(["show", "--no-patch", "--format=%cI", "HEAD"]);
    const commit = git(["commit-tree", id, "-p", "HEAD", "-m", `Release ${version}`], {
      env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
    return { commit, tag: `v${version}` };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string} root */
function createGit(root) {
  const GIT_DIR = execFileSync("git", ["rev-parse", "--absolute-git-dir"], {
    cwd: root,
    encoding: "utf8",
  }).trim();
  /**
   * @param {readonly string[]} args
   * @param {{ cwd?: string, env?: Record<string, string> }} [options]
   */
  return (args, { cwd = root, env = {} } = {}) =>
    execFileSync("git", args, {
      cwd,
      env: { ...process.env, GIT_DIR, ...env },
      encoding: "utf8",
    }).trim();
}
