import { type ParsedPolicy, parsePolicy } from "./parse-policy.ts";
import { readPolicyText } from "./policy-text.ts";

/** Reads and parses a policy file. Throws AgentError `policy-invalid` for one that cannot be read or is wrong. */
export function loadPolicy(path: string): ParsedPolicy {
  return parsePolicy(readPolicyText(path), path);
}
