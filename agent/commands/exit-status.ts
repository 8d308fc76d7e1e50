import { CommanderError } from "commander";

import { AgentError } from "../errors.ts";
import { toMessage } from "./message.ts";

/** docs/configuration.md and `run --help` explain them. 70 is EX_SOFTWARE of sysexits.h, 69 EX_UNAVAILABLE. */
const STATUS = {
  usage: 2,
  "policy-invalid": 2,
  "output-unwritable": 2,
  "command-not-found": 127,
  "command-not-executable": 126,
  "requirement-unmet": 69,
  "sensor-unavailable": 69,
  "state-directory": 2,
  "guard-unreachable": 69,
  "request-refused": 1,
} as const satisfies Record<AgentError["code"], number>;
const BUG = 70;

/** Says what went wrong, and returns the exit status that stands for it. */
export function toExitStatus(error: unknown, stderr: { write(text: string): unknown }): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : STATUS.usage;
  if (error instanceof AgentError) {
    stderr.write(toMessage(error.message));
    return STATUS[error.code];
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(toMessage(`this is a bug in the guard: ${text}`));
  return BUG;
}
