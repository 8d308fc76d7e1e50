import type { Redaction } from "../../redact/redaction.ts";
import type { Output } from "../program-options.ts";

export interface RedactingOutput extends Output {
  write(text: string): void;
  /** Something was written that waits. */
  readonly isHolding: boolean;
  /** From now on nothing waits any more. */
  start(redaction: Pick<Redaction, "redactText">): void;
}

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
      else output.write(redaction.redactText(text));
    },
    start(started) {
      redaction = started;
      const text = held.splice(0).join("");
      if (text !== "") output.write(started.redactText(text));
    },
  };
}
