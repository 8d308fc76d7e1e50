import { closestWord } from "../../protocol/closest-word.ts";
import {
  CONDITION_KEYS,
  egressPolicySchema,
  filesPolicySchema,
  NUMBER_FIELDS,
  NUMBER_OPERATORS,
  policySchema,
  ruleOptionsSchema,
  secretsPolicySchema,
  TEXT_OPERATORS,
  userRuleSchema,
} from "../../protocol/index.ts";
import { RULE_IDS } from "../../protocol/rule-ids.ts";
import { toQuoted } from "./printable.ts";

/** What fields of conditions are compared with: no places to put something else. */
const TO_OPERATORS: ReadonlyMap<string, readonly string[]> = new Map([
  ["operators", TEXT_OPERATORS],
  ["number operators", NUMBER_OPERATORS],
]);

/** The keys of each section; the top level is "". */
const KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ["", Object.keys(policySchema.shape)],
  ["egress", Object.keys(egressPolicySchema.shape)],
  ["files", Object.keys(filesPolicySchema.shape)],
  ["secrets", Object.keys(secretsPolicySchema.shape)],
  ["rules.*", Object.keys(userRuleSchema.shape)],
  ["built-in rule", Object.keys(ruleOptionsSchema.shape)],
  ["when", CONDITION_KEYS],
  ...TO_OPERATORS,
]);

/** Says of a key that its section does not have which one was meant, or where it belongs. */
export function describeUnknownKey(path: readonly PropertyKey[], key: string): string {
  const section = toSection(path);
  const here = KEYS.get(section) ?? [];
  const where = path.length === 0 ? "a policy" : path.join(".");
  const unknown = `${toQuoted(key)} is no key of ${where}`;
  if (key === "<<") return `${unknown}: merge keys are not read, so write out what it stands for`;
  const meant = closestWord(key, here);
  if (meant !== undefined) return `${unknown}: did you mean ${meant}?`;
  const home = [...KEYS].find(
    ([name, keys]) => name !== section && keys.includes(key) && !TO_OPERATORS.has(name),
  );
  if (home !== undefined && !TO_OPERATORS.has(section))
    return `${unknown}: it belongs ${home[0] === "" ? "at the top level" : `under ${home[0]}`}`;
  return `${unknown}: write one of ${here.join(", ")}`;
}

/** Below `when` of a rule stand conditions, and in those what a field is compared with. */
function toSection(path: readonly PropertyKey[]): string {
  if (path[0] !== "rules") return path.join(".");
  if (path[2] !== "when") return RULE_IDS.includes(String(path[1])) ? "built-in rule" : "rules.*";
  const last = String(path.at(-1));
  if (NUMBER_FIELDS.includes(last)) return "number operators";
  const isField = last.includes(".") || last === "step";
  return isField ? "operators" : "when";
}
