/**
 * A control group for the guarded command alone, below the guard's own, so that a guard round this one still holds. The
 * guard steps into it for the moment in which it starts the command: so the command is in it from its first instruction on.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import { toErrorText, toErrorCode } from "../errors.ts";
import { removeAbandonedCgroups } from "./abandoned-cgroups.ts";
import { isPopulated } from "./cgroup-tree.ts";

export interface CommandCgroup {
  /** Absolute. */
  readonly path: string;
  /** As nft wants it: the path below /sys/fs/cgroup, and how deep it lies in the tree. */
  readonly nft: { readonly path: string; readonly level: number };
  /**
   * Moves the guard, with all its threads. What it starts and what sockets it makes until `leave` belong to the cgroup. The kernel
   * takes tens of milliseconds for it (a grace period of RCU). Throws where it may not.
   */
  enter(): void;
  leave(): void;
  /** Processes in it or in cgroups that were made below it. */
  isPopulated(): boolean;
  /** Moves what still runs in it to where the guard is, and takes it away. */
  dissolve(): void;
}

export type CommandCgroupResult = CommandCgroup | { readonly unavailable: string };

/** nft looks paths up below this (its `socket cgroupv2` expression, src/datatype.c). */
const NFT_ROOT = "/sys/fs/cgroup";

/** `root`: where the cgroup v2 tree is mounted. */
export function createCommandCgroup(root: string | null, name: string): CommandCgroupResult {
  if (root === null) return { unavailable: "no cgroup v2 tree is mounted" };
  const own = findOwnCgroup(root);
  if (own === undefined) return { unavailable: `the guard's own cgroup is not below ${root}` };
  const path = join(own, name);
  const nftPath = relative(NFT_ROOT, path);
  if (nftPath.startsWith("..")) {
    return { unavailable: `nft finds cgroups below ${NFT_ROOT} only, and the tree is at ${root}` };
  }
  try {
    removeAbandonedCgroups(own, Date.now());
    mkdirSync(path);
  } catch (error) {
    return { unavailable: `the command's cgroup cannot be made: ${toReason(error)}` };
  }
  return toCgroup({ root, own, path, nftPath });
}

interface Place {
  readonly root: string;
  readonly own: string;
  readonly path: string;
  readonly nftPath: string;
}

function toCgroup({ root, own, path, nftPath }: Place): CommandCgroup {
  return {
    path,
    nft: { path: nftPath, level: relative(root, path).split("/").length },
    enter() {
      try {
        moveInto(path, process.pid);
      } catch (error) {
        throw new Error(`the guard cannot step into the command's cgroup: ${toReason(error)}`, {
          cause: error,
        });
      }
    },
    leave: () => moveInto(own, process.pid),
    isPopulated: () => isPopulated(path),
    dissolve: () => dissolve(path, own),
  };
}

/** A job may have made cgroups of its own below. */
function dissolve(cgroup: string, heir: string): void {
  for (const entry of readdirSync(cgroup, { withFileTypes: true })) {
    if (entry.isDirectory()) dissolve(join(cgroup, entry.name), heir);
  }
  for (const pid of membersOf(cgroup)) moveIfThere(heir, pid);
  rmdirSync(cgroup);
}

/** The line `0::/path` of /proc/self/cgroup (cgroups(7)); a path outside the namespace begins with `/..`. */
function findOwnCgroup(root: string): string | undefined {
  const line = /^0::(\/.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
  if (line === undefined || line.startsWith("/..")) return undefined;
  const own = join(root, line.replace(/ \(deleted\)$/, ""));
  return statSync(own, { throwIfNoEntry: false })?.isDirectory() ? own : undefined;
}

function moveInto(cgroup: string, pid: number): void {
  writeFileSync(join(cgroup, "cgroup.procs"), String(pid));
}

function membersOf(cgroup: string): number[] {
  return readFileSync(join(cgroup, "cgroup.procs"), "latin1")
    .split("\n")
    .map(Number)
    .filter((pid) => pid > 0);
}

function moveIfThere(cgroup: string, pid: number): void {
  try {
    moveInto(cgroup, pid);
  } catch {
    // It has ended meanwhile.
  }
}

function toReason(error: unknown): string {
  const code = toErrorCode(error);
  if (code === "EROFS" || code === "EACCES" || code === "EPERM") {
    return "the cgroup tree may not be written here; it takes root, or a delegated cgroup";
  }
  return toErrorText(error);
}
