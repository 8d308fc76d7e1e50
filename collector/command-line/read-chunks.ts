/** What is imported: a file, or standard input. */
import { createReadStream } from "node:fs";

import { CollectorError } from "../errors.ts";

/** Opened when the first of it is asked for: whoever imports may have something to refuse before. Throws `usage`. */
export async function* readChunks(
  file: string,
  stdin: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* file === "-" ? stdin : createReadStream(file);
  } catch (error) {
    throw toUnreadable(file, error);
  }
}

/** What is no fault of reading is returned as it is. */
function toUnreadable(file: string, error: unknown): unknown {
  if (!(error instanceof Error && "code" in error && "syscall" in error)) return error;
  const why =
    error.code === "ENOENT" ? "there is no such file" : `cannot be read: ${error.message}`;
  return new CollectorError("usage", `${file}: ${why}`, { cause: error });
}
