import { posix } from "node:path";

import type { FileOperation } from "../../../protocol/index.ts";
import type { FileObservation, FileReadObservation, Microseconds } from "../../observation.ts";
import type { RecordView } from "./record-view.ts";

const STRINGS_OFFSET = 40;
const READ_STRINGS_OFFSET = 32;
const OPEN_READS = 2;
const PERMISSION_BITS = 0o7777;

/** What a symbolic link says is relative to where the link is. */
const SYMLINK = 5;

/** `enum file_operation` of bpf/records.h. */
const OPERATIONS: Readonly<Record<number, FileOperation>> = {
  1: "write",
  2: "create",
  3: "rename",
  4: "create",
  5: "create",
  6: "delete",
  7: "chmod",
  8: "write",
};

export function decodeFile(view: RecordView, at: Microseconds): FileObservation | undefined {
  const operation = OPERATIONS[view.u32(24)];
  if (operation === undefined) return undefined;
  if ((view.flags & OPEN_READS) !== 0) return undefined;
  const [path, originalPath] = readPaths(view);
  return {
    kind: "file",
    at,
    process: view.process,
    path,
    operation,
    ...(originalPath === "" ? {} : { originalPath }),
    ...(operation === "chmod" ? { mode: view.u32(28) & PERMISSION_BITS } : {}),
    ...view.killed,
  };
}

export function decodeFileRead(view: RecordView, at: Microseconds): FileReadObservation {
  return {
    kind: "file-read",
    at,
    process: view.process,
    path: view.text(READ_STRINGS_OFFSET, view.u16(24)),
    ...view.killed,
  };
}

function readPaths(view: RecordView): [string, string] {
  let at = STRINGS_OFFSET;
  const take = (lengthAt: number): string => {
    const length = view.u16(lengthAt);
    const text = view.text(at, length);
    at += length;
    return text;
  };
  const path = joinPath(take(32), take(34));
  const [otherBase, otherName] = [take(36), take(38)];
  const isSymlink = view.u32(24) === SYMLINK;
  return [
    path,
    joinPath(isSymlink && !otherName.startsWith("/") ? posix.dirname(path) : otherBase, otherName),
  ];
}

/**
 * A path that the kernel resolved stands in the base, and may hold any name; only a name can have `..` in it. The base of
 * an absolute name is the root directory of who gave it, above which no `..` leads.
 */
function joinPath(base: string, name: string): string {
  if (name === "") return base;
  if (!name.startsWith("/")) return posix.normalize(base === "" ? name : `${base}/${name}`);
  return base === "/" ? posix.normalize(name) : `${base}${posix.normalize(name)}`;
}
