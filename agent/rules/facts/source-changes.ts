/** Which files of a checkout the run changed, whether a build began meanwhile, and whether they were changed back. */
import { createHash } from "node:crypto";

import type { FileObservation, Microseconds } from "../../observation.ts";
import { type Actor, hasTrait } from "./actor.ts";
import { type GitIndex, parseGitIndex } from "./git-index.ts";
import type { LiveFile } from "./live-processes.ts";
import { COMPILER, PACKAGE_MANAGER, VERSION_CONTROL } from "./traits.ts";

export interface SourceChange {
  readonly path: string;
  /** Who changed it before the build, and is not the version control. */
  readonly actor: Actor;
}

export interface SourceChanges {
  note(seen: FileObservation, path: string, actor: Actor): void;
  /** To be called when the program of an actor became known. */
  noteExec(actor: Actor): void;
  of(path: string): SourceChange | undefined;
  /** Those that a build saw changed, and that hold what they held before: each is told once. */
  takeRestored(): readonly SourceChange[];
}

export interface SourceChangesOptions {
  readonly workspace: string;
  /** As the guard sees it; never waits for whoever serves it. */
  readonly open: OpenFile;
  /** Changed files that are followed. */
  readonly maxFiles: number;
}

type OpenFile = (path: string) => LiveFile | undefined;

interface Change extends SourceChange {
  actor: Actor;
  readonly hash: string;
  count: number;
  /** A build has begun since the first change. */
  isBuilt: boolean;
  /** It was seen to hold something else than the index says. */
  isDifferent: boolean;
}

interface Checkout {
  readonly readAt: number;
  readonly changedAtMs: number | undefined;
  readonly index: GitIndex | undefined;
}

/** How old what is known of an index may be. */
const FRESH_US = 1_000_000;
/** Of 100,000 files: larger ones are not looked at. */
const MAX_INDEX_BYTES = 16_777_216;
const MAX_SOURCE_BYTES = 4_194_304;
const INDEX = "/.git/index";
const MAX_CHECKOUTS = 4_096;

export function createSourceChanges({
  workspace,
  open,
  maxFiles,
}: SourceChangesOptions): SourceChanges {
  const below = `${workspace}/`;
  const checkouts = new Map<string, Checkout>();
  const changes = new Map<string, Change>();

  const checkoutAt = (root: string, at: Microseconds): GitIndex | undefined => {
    const known = checkouts.get(root);
    if (known !== undefined && at - known.readAt < FRESH_US) return known.index;
    if (checkouts.size >= MAX_CHECKOUTS) checkouts.clear();
    using file = open(`${root}${INDEX}`);
    const fresh = readCheckout(file, at, known);
    checkouts.set(root, fresh);
    return fresh.index;
  };
  /** The hash of what the nearest checkout around it has there. */
  const findHash = (path: string, at: Microseconds): string | undefined => {
    for (let end = path.lastIndexOf("/"); end >= workspace.length;) {
      const index = checkoutAt(path.slice(0, end), at);
      if (index !== undefined) return index.get(path.slice(end + 1));
      end = path.lastIndexOf("/", end - 1);
    }
    return undefined;
  };

  return {
    note({ operation, at }, path, actor) {
      if (operation === "chmod" || !path.startsWith(below)) return;
      if (path.includes("/.git/")) {
        if (path.endsWith(INDEX)) checkouts.delete(path.slice(0, -INDEX.length));
        return;
      }
      if (hasTrait(actor, VERSION_CONTROL)) {
        changes.delete(path);
        return;
      }
      if (hasTrait(actor, PACKAGE_MANAGER | COMPILER) || path.includes("/node_modules/")) return;
      const known = changes.get(path);
      if (known !== undefined) {
        known.count += 1;
        if (known.isBuilt) return;
        known.actor = actor;
        if (operation === "rename") known.isDifferent = hashOf(path, open) !== known.hash;
        return;
      }
      if (changes.size >= maxFiles || operation === "delete") return;
      const hash = findHash(path, at);
      if (hash === undefined) return;
      // What was put in its place is whole; what is opened to be written is not yet.
      const isDifferent = operation === "rename" && hashOf(path, open) !== hash;
      changes.set(path, { path, actor, hash, count: 1, isBuilt: false, isDifferent });
    },
    noteExec(actor) {
      if (changes.size === 0 || !hasTrait(actor, COMPILER | PACKAGE_MANAGER)) return;
      for (const change of changes.values()) {
        if (change.isBuilt) continue;
        change.isBuilt = true;
        change.isDifferent ||= hashOf(change.path, open) !== change.hash;
        // What is changed from now on may be the way back.
        change.count = 1;
      }
    },
    of: (path) => changes.get(path),
    takeRestored() {
      const restored: SourceChange[] = [];
      for (const change of changes.values()) {
        const { path, hash, isBuilt, isDifferent, count } = change;
        if (!isBuilt || !isDifferent || count < 2 || hashOf(path, open) !== hash) continue;
        changes.delete(path);
        restored.push(change);
      }
      return restored;
    },
  };
}

function readCheckout(
  file: LiveFile | undefined,
  readAt: number,
  known: Checkout | undefined,
): Checkout {
  const changedAtMs = file?.modifiedAtMs;
  if (file === undefined || file.bytes > MAX_INDEX_BYTES) {
    return { readAt, changedAtMs: undefined, index: undefined };
  }
  if (known?.changedAtMs === changedAtMs) return { readAt, changedAtMs, index: known?.index };
  return { readAt, changedAtMs, index: readIndex(file) };
}

function readIndex(file: LiveFile): GitIndex | undefined {
  try {
    const content = file.head(file.bytes);
    return content && parseGitIndex(content);
  } catch {
    return undefined;
  }
}

/** As git names a file's content: undefined where it cannot be read. */
function hashOf(path: string, open: OpenFile): string | undefined {
  using file = open(path);
  const content = file && file.bytes <= MAX_SOURCE_BYTES ? file.head(file.bytes) : undefined;
  if (content === undefined) return undefined;
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
