import { AgentError, toErrorCode, toErrorText } from "../../errors.ts";
import { writeParts } from "../../report/write-parts.ts";

const STDOUT = 1;
/** How long a reader that does not read is waited for, where somebody made the descriptor non-blocking. */
const PATIENCE_MS = 10_000;

/** Findings that are lost must not pass for none; a reader that went away wanted none. */
export function printFindings(text: string): void {
  try {
    writeParts(STDOUT, [text], PATIENCE_MS);
  } catch (cause) {
    if (toErrorCode(cause) === "EPIPE") return;
    throw new AgentError(
      "output-unwritable",
      `the findings cannot be written: ${toErrorText(cause)}`,
      { cause },
    );
  }
}
