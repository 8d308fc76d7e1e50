import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

import { AgentError } from "../../errors.ts";
import { describeUnreadable } from "../../policy/read-file-within.ts";

/** 100,000 values of 80 bytes. */
const MAX_BYTES = 8_388_608;
const OPTION = "--secrets-file";

/** Throws `usage`: a guard that was to know these values and does not would tell them. */
export function readSecretsFile(path: string): Uint8Array {
  let descriptor: number;
  try {
    // A pipe that nobody writes to is not waited for.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw refuse(path, describeUnreadable(error, "what it names"), error);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refuse(path, "is no file");
    if (stats.size > MAX_BYTES) {
      throw refuse(path, `has ${stats.size} bytes: at most ${MAX_BYTES} are read`);
    }
    const bytes = Buffer.alloc(stats.size);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

function refuse(path: string, reason: string, cause?: unknown): AgentError {
  return new AgentError("usage", `${OPTION}: ${path} ${reason}`, { cause });
}
