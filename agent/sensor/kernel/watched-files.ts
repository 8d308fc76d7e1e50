import type { BpfObject } from "./libbpf.ts";

/** A file is recognised by its name and, where that is common, by the name of the directory it lies in. */
export interface WatchedFile {
  readonly name: string;
  readonly parent?: string;
}

/** Names in bpf/state.h, each with a NUL. */
const NAME_SIZE = 64;
/** FILE_TOLD and FILE_DENIED there. */
const TOLD = 1;
const DENIED = 2;

/** `struct watched_file`. */
export function toWatchedFileKey({ name, parent = "" }: WatchedFile): Buffer {
  return Buffer.concat([toName(parent), toName(name)]);
}

/** `struct program_name`. */
export function toName(text: string): Buffer {
  if (Buffer.byteLength(text) >= NAME_SIZE) {
    throw new RangeError(`cannot watch a file whose name is longer than ${NAME_SIZE - 1} bytes`);
  }
  const name = Buffer.alloc(NAME_SIZE);
  name.write(text, "utf8");
  return name;
}

interface WatchedFiles {
  /** Told of when they are opened for reading. */
  readonly told: readonly WatchedFile[];
  /** Whoever opens them may have to be ended. */
  readonly denied: readonly WatchedFile[];
}

export function writeWatchedFiles(object: BpfObject, { told, denied }: WatchedFiles): void {
  const values = new Map<string, number>();
  const note = (files: readonly WatchedFile[], bit: number): void => {
    for (const file of files) {
      const key = toWatchedFileKey(file).toString("latin1");
      values.set(key, (values.get(key) ?? 0) | bit);
    }
  };
  note(told, TOLD);
  note(denied, DENIED);
  for (const [key, value] of values) {
    object.addToSet("watched_files", Buffer.from(key, "latin1"), value);
  }
}
