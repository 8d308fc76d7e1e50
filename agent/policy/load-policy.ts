import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Stats } from "node:fs";

import { AgentError, toErrorText, toErrorCode } from "../errors.ts";
import { MAX_POLICY_BYTES, parsePolicy } from "./parse-policy.ts";
import type { ParsedPolicy } from "./parse-policy.ts";
import { toPrintablePath } from "./printable.ts";

/** Reads and parses a policy file. Throws AgentError `policy-invalid` for one that cannot be read or is wrong. */
export function loadPolicy(path: string): ParsedPolicy {
  const bytes = readBounded(path);
  if (isUtf16(bytes)) throw refuse(path, "is UTF-16: save it as UTF-8");
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw refuse(path, `is not a text file: it has a NUL byte at offset ${zero}`);
  return parsePolicy(decode(bytes, path), path);
}

/** O_NONBLOCK keeps a FIFO without a writer from holding the guard up. */
function readBounded(path: string): Buffer {
  if (path === "")
    throw new AgentError("policy-invalid", "The policy file has an empty name: give a path.");
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refuse(path, `is ${describeKind(stats)}, and a policy is a file`);
    if (stats.size > MAX_POLICY_BYTES) throw refuse(path, describeSize(stats.size));
    return readUpTo(descriptor, MAX_POLICY_BYTES, path);
  } catch (error) {
    if (error instanceof AgentError) throw error;
    throw refuse(path, describeFailure(error), { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The size that the system gave is no bound: a file can grow, and files in /proc have size 0. */
function readUpTo(descriptor: number, maxBytes: number, path: string): Buffer {
  const buffer = Buffer.alloc(maxBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (read === 0) return buffer.subarray(0, length);
    length += read;
  }
  throw refuse(path, describeSize(length));
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw refuse(path, "is not UTF-8: save it as UTF-8", { cause: error });
  }
}

function isUtf16(bytes: Buffer): boolean {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  return mark === 0xfeff || mark === 0xfffe;
}

function describeKind(stats: Stats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

function describeSize(bytes: number): string {
  return `is larger than 1 MiB (${bytes} bytes or more): a policy is a few hundred lines`;
}

function describeFailure(error: unknown): string {
  const code = toErrorCode(error);
  if (code === "ENOENT") return "does not exist: check the path";
  if (code === "ENOTDIR") return "does not exist: a part of its path is a file";
  if (code === "EACCES") return "may not be read by this user: check its permissions";
  if (code === "ELOOP") return "is a symbolic link that leads back to itself";
  if (code === "ENAMETOOLONG") return "has a name longer than the system allows";
  if (code === "ENXIO") return "is a socket, and a policy is a file";
  return `cannot be read: ${toErrorText(error)}`;
}

function refuse(path: string, reason: string, options?: ErrorOptions): AgentError {
  return new AgentError(
    "policy-invalid",
    `Policy file ${toPrintablePath(path)} ${reason}.`,
    options,
  );
}
