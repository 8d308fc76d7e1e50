import { closeSync, openSync, writeFileSync } from "node:fs";

import { AgentError, toErrorCode } from "../errors.ts";
import { toPrintablePath } from "../policy/printable.ts";
import { toUnwritable } from "../report/unwritable.ts";

/** For `--output`: somebody's own policy is not to be lost. */
export function writeNewFile(path: string, text: string): void {
  try {
    const descriptor = openSync(path, "wx", 0o644);
    try {
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    if (toErrorCode(cause) !== "EEXIST") throw toUnwritable(cause, { option: "--output", path });
    const message = `--output: ${toPrintablePath(path)} is there already: give another name, or remove it`;
    throw new AgentError("output-unwritable", message, { cause });
  }
}
