import { toErrorText } from "../../errors.ts";
import type { Redaction } from "../../redact/redaction.ts";
import { toMessage } from "../message.ts";
import type { Output } from "../program-options.ts";

export interface RedactingOutput extends Output {
  write(text: string): void;
  /** Something was written that waits. */
  readonly isHolding: boolean;
  /** From now on nothing waits any more. */
  start(redaction: Pick<Redaction, "redactText">): void;
}

const NO_REDACTION =
  "what this was about cannot be told: the part that takes secrets out of messages does not work";

/** What is written before there is a redaction waits for it: nothing gets past. */
export function createRedactingOutput(output: Output): RedactingOutput {
  const held: string[] = [];
  let redaction: Pick<Redaction, "redactText"> | undefined;
  return {
    get isTTY() {
      return output.isTTY;
    },
    get columns() {
      return output.columns;
    },
    get isHolding() {
      return held.length > 0;
    },
    write(text) {
      if (redaction === undefined) held.push(text);
      else output.write(redactSafely(text, redaction));
    },
    start(started) {
      redaction = started;
      const text = held.splice(0).join("");
      if (text !== "") output.write(redactSafely(text, started));
    },
  };
}

/** What is thrown here is about files of the guard, as they cannot be loaded, and not about the text. */
function redactSafely(text: string, redaction: Pick<Redaction, "redactText">): string {
  try {
    return redaction.redactText(text);
  } catch (error) {
    return toMessage(`${NO_REDACTION}: ${toErrorText(error)}`);
  }
}
