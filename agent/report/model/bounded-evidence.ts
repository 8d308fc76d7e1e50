import type { TextAllowance } from "./text-allowance.ts";

/** Evidence is made by rules of ours, flat or nearly so; deeper than this it is a mistake or an attack. */
const MAX_DEPTH = 4;

/** A copy of a finding's evidence with every text cut, at most `maxMembers` members anywhere, and no deep nesting. */
export function toBoundedEvidence(
  evidence: Readonly<Record<string, unknown>>,
  text: TextAllowance,
  maxMembers: number,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(evidence)
      .slice(0, maxMembers)
      .map(([name, value]) => [text.keep(name), toBounded(value, 1)]),
  );

  function toBounded(value: unknown, depth: number): unknown {
    if (typeof value === "string") return text.keep(value);
    if (typeof value === "bigint") return value.toString();
    if (typeof value !== "object" || value === null) return value;
    if (depth >= MAX_DEPTH) return "…";
    if (Array.isArray(value)) {
      return value.slice(0, maxMembers).map((member: unknown) => toBounded(member, depth + 1));
    }
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, maxMembers)
        .map(([name, member]: [string, unknown]) => [
          text.keep(name),
          toBounded(member, depth + 1),
        ]),
    );
  }
}
