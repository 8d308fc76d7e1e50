import { parsePolicy } from "../../agent/policy/parse-policy.ts";

/** A suggested policy as inputs of the action; undefined where it allows nothing. */
export function suggestInputs(policy: string): string | undefined {
  const allow = parsePolicy(policy, "the suggestion").policy.egress?.allow ?? [];
  if (allow.length === 0) return undefined;
  return [
    "with:",
    "  egress-policy: block",
    "  allowed-endpoints: |",
    ...allow.map((entry) => `    ${entry}`),
  ].join("\n");
}
