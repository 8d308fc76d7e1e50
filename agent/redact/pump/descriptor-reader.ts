import { readSync } from "node:fs";
import { isatty } from "node:tty";

import { toErrorCode } from "../../errors.ts";

export interface DescriptorReader {
  /** To be called where something is to be read; then it does not wait. */
  read(room: Uint8Array): ReadResult;
}

export type ReadResult =
  | { readonly status: "read"; readonly count: number }
  /** Somebody else who reads it was faster. */
  | { readonly status: "nothing" }
  | { readonly status: "ended" }
  | { readonly status: "failed"; readonly error: unknown };

export function createDescriptorReader(input: number): DescriptorReader {
  const isTerminal = isatty(input);
  return {
    read(room) {
      try {
        const count = readSync(input, room);
        return count === 0 ? { status: "ended" } : { status: "read", count };
      } catch (error) {
        const code = toErrorCode(error);
        if (code === "EAGAIN") return { status: "nothing" };
        // The end of a terminal whose other side is closed by all (pty(7)); of a disk it is a failure.
        if (isTerminal && code === "EIO") return { status: "ended" };
        return { status: "failed", error };
      }
    },
  };
}
