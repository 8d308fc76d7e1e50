/** The only place the sensor touches the proc file system: bounded, and never surprised by a process that has gone. */
import { closeSync, opendirSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";

/** `gone`: the process, or the file, is not there (any more). `unreadable`: it is there and we may not look. */
export type Unread = { readonly status: "gone" } | { readonly status: "unreadable" };

export type FileRead =
  | { readonly status: "read"; readonly bytes: Buffer; readonly truncated: boolean }
  | Unread;

export type LinkRead = { readonly status: "read"; readonly target: string } | Unread;

export type LinesRead = { readonly status: "read" } | Unread;

export type DirectoryStart =
  | { readonly status: "read"; readonly names: readonly string[]; readonly isCut: boolean }
  | Unread;

export type DirectoryRead = { readonly status: "read"; readonly names: readonly string[] } | Unread;

const GONE: Unread = { status: "gone" };
const UNREADABLE: Unread = { status: "unreadable" };
const LINE_FEED = 10;
/** Entries fetched at once: enough that all but the busiest processes take one call. */
const DIRECTORY_BATCH = 256;

/** What the kernel answers when a process vanishes under the reader; EINVAL comes from a link that is none. */
const GONE_CODES = new Set(["ENOENT", "ESRCH", "ENOTDIR", "EINVAL", "EIO"]);

/** Fills `scratch` and no more; `bytes` is a view of it, valid until the next read. */
export function readFile(path: string, scratch: Buffer): FileRead {
  return withFile(path, (descriptor): FileRead => {
    let length = 0;
    while (length < scratch.length) {
      const count = readSync(descriptor, scratch, length, scratch.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return {
      status: "read",
      bytes: scratch.subarray(0, length),
      truncated: length === scratch.length,
    };
  });
}

/** Hands over line after line, so that a table of any length costs no more memory than `scratch`. */
export function readLines(path: string, scratch: Buffer, visit: (line: string) => void): LinesRead {
  return withFile(path, (descriptor): LinesRead => {
    let held = 0;
    for (;;) {
      const count = readSync(descriptor, scratch, held, scratch.length - held, null);
      if (count === 0) break;
      held = visitWholeLines(scratch, held + count, visit);
      // A line that fills the buffer is no row of any table in /proc.
      if (held === scratch.length) held = 0;
    }
    if (held > 0) visit(scratch.toString("utf8", 0, held));
    return { status: "read" };
  });
}

/**
 * Reads a link's text without following it: following could end in a file system that the job itself serves, which
 * could make us wait for ever.
 */
export function readLink(path: string): LinkRead {
  try {
    return { status: "read", target: readlinkSync(path) };
  } catch (error) {
    return toUnread(error);
  }
}

export function readDirectory(path: string): DirectoryRead {
  try {
    return { status: "read", names: readdirSync(path) };
  } catch (error) {
    return toUnread(error);
  }
}

/** For directories that a job can fill at will; half as fast as readDirectory, and bounded. */
export function readDirectoryStart(path: string, maxNames: number): DirectoryStart {
  try {
    using directory = opendirSync(path, { bufferSize: DIRECTORY_BATCH });
    const names: string[] = [];
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      if (names.length === maxNames) return { status: "read", names, isCut: true };
      names.push(entry.name);
    }
    return { status: "read", names, isCut: false };
  } catch (error) {
    return toUnread(error);
  }
}

function visitWholeLines(scratch: Buffer, end: number, visit: (line: string) => void): number {
  const last = scratch.subarray(0, end).lastIndexOf(LINE_FEED);
  if (last === -1) return end;
  for (const line of scratch.toString("utf8", 0, last).split("\n")) visit(line);
  return scratch.copy(scratch, 0, last + 1, end);
}

function withFile<T>(path: string, read: (descriptor: number) => T): T | Unread {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    return read(descriptor);
  } catch (error) {
    return toUnread(error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function toUnread(error: unknown): Unread {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string") throw error;
  return GONE_CODES.has(code) ? GONE : UNREADABLE;
}
