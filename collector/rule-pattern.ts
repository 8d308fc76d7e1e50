/** Which rules an operator's file speaks of. */
import { closestWord } from "../protocol/closest-word.ts";
import { OPERATOR_RULE_IDS, RULE_IDS } from "../protocol/rule-ids.ts";
import { OWN_RULES } from "./stores/own-findings.ts";

const KNOWN = [...new Set([...RULE_IDS, ...OPERATOR_RULE_IDS, ...OWN_RULES])];

/**
 * What is wrong with a pattern for rules' ids. One that no built-in rule has may be of a policy's own rule, which the collector hears of
 * when it first finds something: so only what looks like a slip of the finger is refused.
 */
export function findRulePatternFault(pattern: string): string | undefined {
  if (pattern.includes("*") || KNOWN.includes(pattern)) return undefined;
  const meant = closestWord(pattern, KNOWN);
  if (meant === undefined) return undefined;
  return `there is no rule ${JSON.stringify(pattern)}, did you mean ${meant}? A policy's own rule of that name is written with a *`;
}
