import type { Policy } from "../../protocol/index.ts";
import { parseDestinationPattern } from "../egress/destination-pattern.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { toPrintable, toQuoted } from "./printable.ts";
import type { Problem } from "./problem.ts";

/** An entry and the advice on it, with room for both. */
const MAX_MESSAGE_LENGTH = 1_000;

/** Entries that could never match, each with what to write instead. */
export function findDestinationProblems(policy: Policy, document: PolicyDocument): Problem[] {
  return (["allow", "deny"] as const).flatMap((list) =>
    (policy.egress?.[list] ?? []).flatMap((text, index) => {
      const parsed = parseDestinationPattern(text);
      if ("value" in parsed) return [];
      const offset = document.offsetOf(["egress", list, index]);
      const advice = toPrintable(parsed.problem, MAX_MESSAGE_LENGTH);
      return [{ offset, message: `egress.${list}: ${toQuoted(text)}: ${advice}` }];
    }),
  );
}
