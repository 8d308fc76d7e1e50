/** What records are redacted with: a redaction, and a memory of what it found nothing in. */
import type { Found } from "../found.ts";
import type { Redaction } from "../redaction.ts";
import { createCleanTexts } from "./clean-texts.ts";
import { splitRedacted } from "./split-redacted.ts";

export type OnFound = (found: Found) => void;

export interface TextRedaction {
  redactText(text: string, onFound?: OnFound): string;
  /** Searched as one text with a blank between each two; as many come back, and the same list where nothing is found. */
  redactParts(parts: readonly string[], onFound?: OnFound): readonly string[];
}

/**
 * Jobs start the same programs and write the same files again and again; and a report, which is looked at as a whole when somebody
 * waits for it, lists 20,000 processes whose events were looked at before. A command line has some 100 characters: 5 MB, and 10 at most.
 */
const CLEAN_BOUNDS = { halfTexts: 16_384, halfCharacters: 2_097_152, maxCharacters: 2_048 };

export function createTextRedaction(
  redaction: Pick<Redaction, "redactText" | "counts">,
): TextRedaction {
  const clean = createCleanTexts(CLEAN_BOUNDS);
  let values = redaction.counts.values;
  const isKnownClean = (text: string): boolean => {
    // A value more, and what was no secret may be one.
    if (values !== redaction.counts.values) {
      values = redaction.counts.values;
      clean.clear();
    }
    return clean.has(text);
  };
  const redactText = (text: string, onFound?: OnFound): string => {
    if (isKnownClean(text)) return text;
    const redacted = redaction.redactText(text, onFound);
    if (redacted === text) clean.add(text);
    return redacted;
  };
  return {
    redactText,
    redactParts(parts, onFound) {
      const text = parts.join(" ");
      const redacted = redactText(text, onFound);
      return redacted === text ? parts : splitRedacted(parts, redacted);
    },
  };
}
