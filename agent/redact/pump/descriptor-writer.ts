/** Writes to a descriptor that others share, with no thread of the guard's held up by a reader that does not read. */
import { fstatSync, write, writeSync } from "node:fs";
import { isatty } from "node:tty";

import { toErrorCode } from "../../errors.ts";
import type { Readiness } from "./readiness.ts";
import { createWriteAtOnce } from "./write-at-once.ts";

export interface DescriptorWriter {
  /** Returns when all of it is written, or can never be. */
  write(bytes: Uint8Array): Promise<WriteResult>;
}

export type WriteResult =
  | { readonly status: "written" }
  | { readonly status: "reader-gone" }
  | { readonly status: "failed"; readonly error: unknown };

/** PIPE_BUF: where the kernel cannot say it otherwise, what can be written at all is taken up to here without waiting (pipe(7)); a socket then has more room. */
const AT_ONCE_BYTES = 4_096;
const READER_GONE: ReadonlySet<string> = new Set(["EPIPE", "ECONNRESET"]);

export function createDescriptorWriter(output: number, readiness: Readiness): DescriptorWriter {
  const isTerminal = isatty(output);
  const stats = fstatSync(output);
  // A disk makes nobody wait for somebody else.
  const neverWaits = stats.isFile();
  const takesAtOnce = stats.isFIFO() || stats.isSocket();
  const mayWriteAtOnce = (count: number): boolean =>
    neverWaits || (takesAtOnce && count <= AT_ONCE_BYTES && readiness.look("output").isWritable);

  const writeAtOnce = takesAtOnce ? createWriteAtOnce(output) : undefined;
  const writeSome = (bytes: Uint8Array): number | Promise<number> =>
    writeAtOnce?.(bytes) ??
    (mayWriteAtOnce(bytes.length) ? writeSync(output, bytes) : writeInThread(output, bytes));
  return {
    async write(bytes) {
      let rest = bytes;
      while (rest.length > 0) {
        try {
          const some = writeSome(rest);
          const count = typeof some === "number" ? some : await some;
          rest = rest.subarray(count);
          if (count === 0) await readiness.wait("output", Number.POSITIVE_INFINITY);
        } catch (error) {
          const code = toErrorCode(error);
          if (code !== "EAGAIN") return toResult(code, error, isTerminal);
          // Somebody who shares it made it non-blocking.
          await readiness.wait("output", Number.POSITIVE_INFINITY);
        }
      }
      return { status: "written" };
    },
  };
}

function writeInThread(output: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    write(output, bytes, 0, bytes.length, null, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

/** A terminal that was closed answers EIO (ioctl_tty(2), TIOCVHANGUP); on a disk that is a failure. */
function toResult(code: string, error: unknown, isTerminal: boolean): WriteResult {
  const isGone = READER_GONE.has(code) || (isTerminal && code === "EIO");
  return isGone ? { status: "reader-gone" } : { status: "failed", error };
}
