/** Files where a job may have put something else: a pipe, at which whoever opens it waits, or a link to somewhere else. */
import { readFileWithin } from "../../agent/policy/read-file-within.ts";

/** Throws where there is no file, or a larger one. */
export function readPlainFile(path: string, maxBytes: number): Buffer {
  const read = readFileWithin(path, {
    maxBytes,
    noun: "what is read here",
    followsLinks: false,
    describeSize: (bytes) => `is too large to be read: it has at least ${bytes} bytes`,
  });
  if ("bytes" in read) return read.bytes;
  throw new Error(`${path} ${read.refusal}`, { cause: read.cause });
}
