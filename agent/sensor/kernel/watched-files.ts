import type { BpfObject } from "./libbpf.ts";

/** A file is recognised by its name and, where that is common, by the name of the directory it lies in. */
export interface WatchedFile {
  readonly name: string;
  readonly parent?: string;
}

/** `struct watched_file` of bpf/state.h: two names, each with a NUL. */
const NAME_SIZE = 64;

export function toWatchedFileKey({ name, parent = "" }: WatchedFile): Buffer {
  const key = Buffer.alloc(NAME_SIZE * 2);
  for (const [text, at] of [
    [parent, 0],
    [name, NAME_SIZE],
  ] as const) {
    if (Buffer.byteLength(text) >= NAME_SIZE) {
      throw new RangeError(`cannot watch a file whose name is longer than ${NAME_SIZE - 1} bytes`);
    }
    key.write(text, at, "utf8");
  }
  return key;
}

export function writeWatchedFiles(object: BpfObject, files: readonly WatchedFile[]): void {
  for (const file of files) object.addToSet("watched_files", toWatchedFileKey(file));
}
