import { accessSync, closeSync, constants, openSync, readSync } from "node:fs";

/** Of the files looked at, ld.so.cache is the largest: some 30 KB on a slim image, some 300 KB on a full desktop. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The file's text, or null where it is missing or not ours to read. Files of /proc say nothing of their size in advance. */
export function readText(path: string): string | null {
  return readBytes(path, MAX_BYTES)?.toString("latin1") ?? null;
}

/** At most `maxBytes` from the start of the file. */
export function readBytes(path: string, maxBytes: number): Buffer | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    return readUpTo(descriptor, maxBytes);
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}

/** A whole number on a line of its own, as the files under /proc/sys hold it. */
export function readNumber(path: string): number | null {
  const text = readText(path)?.trim() ?? "";
  return /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}

export function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function readUpTo(descriptor: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < maxBytes) {
    const chunk = Buffer.alloc(Math.min(65_536, maxBytes - total));
    const length = readSync(descriptor, chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  return Buffer.concat(chunks);
}
