import { parseDestinationPattern } from "../egress/destination-pattern.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { toPrintable, toQuoted } from "./printable.ts";
import type { Problem } from "./problem.ts";
import { valueAt } from "./value-at.ts";

/** An entry and the advice on it, with room for both. */
const MAX_MESSAGE_LENGTH = 1_000;

/**
 * Entries that could never match, each with what to write instead. Looks at the text's own values, so that a mistake
 * elsewhere in the policy hides none of them.
 */
export function findDestinationProblems(document: PolicyDocument): Problem[] {
  return ["allow", "deny"].flatMap((list) =>
    entriesOf(document, list).flatMap((entry, index) => {
      if (typeof entry !== "string") return [];
      const parsed = parseDestinationPattern(entry);
      if ("value" in parsed) return [];
      const offset = document.offsetOf(["egress", list, index]);
      const advice = toPrintable(parsed.problem, MAX_MESSAGE_LENGTH);
      return [{ offset, message: `egress.${list}: ${toQuoted(entry)}: ${advice}` }];
    }),
  );
}

function entriesOf(document: PolicyDocument, list: string): readonly unknown[] {
  const entries = valueAt(document.value, ["egress", list]);
  return Array.isArray(entries) ? entries : [];
}
