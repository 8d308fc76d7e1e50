/** Fills the maps of bpf/state.h that say whom the kernel's program ends. */
import { posix } from "node:path";

import type { ForbiddenPath, Kills } from "./kills.ts";
import type { BpfObject } from "./libbpf.ts";
import { toName, type WatchedFile } from "./watched-files.ts";

/** `struct file_path`, and as much of it as a path may have. */
const PATH_SIZE = 256;
const MAX_PATH_BYTES = PATH_SIZE - 1;
/** READS_AS_SHELL and its like. */
const COMMAND_READERS = { shell: 1, bare: 2, applets: 3 } as const;
/** PATH_RUN and its like. */
const DEEDS = { run: 1, read: 2, change: 4 } as const;

export function writeKills(object: BpfObject, { reverseShells, programs, paths }: Kills): void {
  for (const { name, words } of reverseShells) {
    object.addToSet("command_readers", toName(name), COMMAND_READERS[words]);
  }
  for (const name of programs) object.addToSet("forbidden_programs", toName(name));
  for (const [path, deeds] of toDeeds(paths)) {
    object.addToSet("forbidden_paths", toPathKey(path), deeds);
  }
}

/** Files are recognised by their names before their paths are put together. */
export function toDenied({ paths }: Kills): WatchedFile[] {
  return paths
    .filter(({ deed }) => deed !== "run")
    .map(({ path }) => ({ name: posix.basename(path) }));
}

function toDeeds(paths: readonly ForbiddenPath[]): Map<string, number> {
  const deeds = new Map<string, number>();
  for (const { path, deed } of paths) deeds.set(path, (deeds.get(path) ?? 0) | DEEDS[deed]);
  return deeds;
}

function toPathKey(path: string): Buffer {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new RangeError(`cannot forbid a path of more than ${MAX_PATH_BYTES} bytes`);
  }
  const key = Buffer.alloc(PATH_SIZE);
  key.write(path, "utf8");
  return key;
}
