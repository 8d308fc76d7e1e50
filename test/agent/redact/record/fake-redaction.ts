import type { Found } from "../../../../agent/redact/found.ts";
import type { TextRedaction } from "../../../../agent/redact/record/text-redaction.ts";
import type { Redaction } from "../../../../agent/redact/redaction.ts";

export const SECRET = "hunter2secret";
export const MARK = "[redacted:known-value:0123456789abcdef]";

type TextPart = Pick<Redaction, "redactText" | "counts">;

/** Knows the one value SECRET, and any that are added. `asked` counts how often it was. */
export function createFakeRedaction(): TextPart & { addValue(value: string): void; asked: number } {
  const values = [SECRET];
  let redacted = 0;
  const fake = {
    asked: 0,
    addValue: (value: string) => void values.push(value),
    get counts() {
      return { redacted, values: values.length, refusedValues: 0, notDecoded: 0 };
    },
    redactText(text: string, onFound?: (found: Found) => void): string {
      fake.asked += 1;
      return values.reduce((before, value) => {
        const pieces = before.split(value);
        for (let at = 1; at < pieces.length; at += 1) {
          redacted += 1;
          onFound?.({
            rule: "known-value",
            fingerprint: "0123456789abcdef",
            encodings: [],
            confidence: "certain",
            line: 1,
            column: 1,
          });
        }
        return pieces.join(MARK);
      }, text);
    },
  };
  return fake;
}

/** Replaces every text there is, so that what is left alone shows. */
export const everything: TextRedaction = {
  redactText: () => MARK,
  redactParts: (parts) => parts.map(() => MARK),
};
