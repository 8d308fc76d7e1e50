import { suggestWord } from "../../protocol/closest-word.ts";
import { RULE_IDS } from "../../protocol/rule-ids.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { toQuoted } from "./printable.ts";
import type { Problem } from "./problem.ts";
import { valueAt } from "./value-at.ts";

/** What has none of these is a setting of a built-in rule. */
const OWN_KEYS = ["title", "on", "when"];

/** Ids below `rules` that stand for no rule, or for one that is not the policy's to define. */
export function findRuleProblems(document: PolicyDocument): Problem[] {
  const rules = valueAt(document.value, ["rules"]);
  if (typeof rules !== "object" || rules === null || Array.isArray(rules)) return [];
  return Object.entries(rules).flatMap(([id, rule]) => {
    const message = describeRuleId(id, isOwnRule(rule));
    return message === undefined ? [] : [{ offset: document.offsetOfKey(["rules"], id), message }];
  });
}

export function isOwnRule(rule: unknown): boolean {
  return (
    typeof rule === "object" && rule !== null && OWN_KEYS.some((key) => Object.hasOwn(rule, key))
  );
}

/** A setting that no rule takes would leave its rule as it was, unnoticed. */
function describeRuleId(id: string, isOwn: boolean): string | undefined {
  const isBuiltIn = RULE_IDS.includes(id);
  if (isBuiltIn && isOwn) {
    return `rules.${id} is a built-in rule, whose conditions are its own: give yours another id`;
  }
  if (isBuiltIn || isOwn) return undefined;
  const meant = suggestWord(id, RULE_IDS);
  const advice =
    meant === ""
      ? ": docs/rules lists those there are, and one of your own has title, on and when too"
      : meant;
  return `rules: there is no rule ${toQuoted(id)}${advice}`;
}
