/**
 * A policy as a program writes it: JSON in one line, with nothing wrong and nothing to warn of. The action's guard is started with
 * one, and to read it as YAML, by the schema, takes an eighth of the time until the guard is in force.
 */
import type { Policy } from "../../protocol/index.ts";
import { parseJson } from "../parse-json.ts";
import { findDestinationProblems } from "./destination-problems.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { POLICY_SHAPE } from "./policy-shape.ts";
import { findPolicyWarnings } from "./policy-warnings.ts";
import { findRuleProblems } from "./rule-problems.ts";
import { fillShape } from "./shape.ts";

/** Fewer words and marks than a policy in YAML may have. */
const MAX_CHARACTERS = 65_536;
/** YAML reads other signs, and escapes, in ways of its own. */
const PLAIN = /^\{[ -[\]-~]*\}$/;

/** As `parsePolicy` reads it; undefined where that has to be asked, which says what is wrong with it and where. */
export function parsePlainPolicy(text: string): Policy | undefined {
  if (text.length > MAX_CHARACTERS || !PLAIN.test(text)) return undefined;
  const value = parseJson(text);
  // As it was written by a program, and so without a key that stands there twice.
  if (JSON.stringify(value) !== text) return undefined;
  const policy = fillShape(POLICY_SHAPE, value);
  if (!isPolicy(policy)) return undefined;
  const document: PolicyDocument = { value, offsetOf: () => 0, offsetOfKey: () => 0 };
  const isToBeTold =
    findDestinationProblems(document).length > 0 ||
    findRuleProblems(document).length > 0 ||
    findPolicyWarnings(policy, document).length > 0;
  return isToBeTold ? undefined : policy;
}

/** What has been given its shape is one. */
function isPolicy(filled: unknown): filled is Policy {
  return filled !== undefined;
}
