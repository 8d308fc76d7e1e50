import { policySchema } from "../../protocol/index.ts";
import type { Policy } from "../../protocol/index.ts";
import { AgentError } from "../errors.ts";
import { findDestinationProblems } from "./destination-problems.ts";
import { parsePolicyDocument } from "./policy-document.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { createPositions } from "./policy-position.ts";
import type { Position } from "./policy-position.ts";
import { MAX_POLICY_BYTES } from "./policy-text.ts";
import { findPolicyWarnings } from "./policy-warnings.ts";
import { toPrintablePath } from "./printable.ts";
import type { Problem } from "./problem.ts";
import { findRuleProblems } from "./rule-problems.ts";
import { toSchemaProblems } from "./schema-problems.ts";

export interface PolicyWarning extends Position {
  /** `policy.yml:3:5: warning: egress.allow: …`, whole and safe to print. */
  readonly message: string;
}

export interface ParsedPolicy {
  readonly policy: Policy;
  readonly warnings: readonly PolicyWarning[];
  /** Where in the text the value at this path stands: `["egress", "allow", 3]`. */
  positionOf(path: readonly PropertyKey[]): Position;
}

/** More than a screenful helps nobody; what is left out is counted. */
const MAX_PROBLEMS = 10;
const MAX_WARNINGS = 50;

/**
 * Reads a policy in YAML or JSON. `source` is the file's name as messages shall give it. Throws AgentError
 * `policy-invalid` with one line for each problem: where, what, and what to write instead.
 */
export function parsePolicy(text: string, source: string): ParsedPolicy {
  const refused = findUnreadable(text);
  if (refused !== undefined) throw toError([refused], text, source);
  const document = parsePolicyDocument(text);
  if ("message" in document) throw toError([document], text, source);
  const parsed = policySchema.safeParse(document.value);
  const shape = parsed.success ? [] : toSchemaProblems(parsed.error.issues, document);
  // One that the schema has told of already needs no second line.
  const told = new Set(shape.map(({ offset }) => offset));
  const entries = findDestinationProblems(document).filter(({ offset }) => !told.has(offset));
  const rules = findRuleProblems(document).filter(({ offset }) => !told.has(offset));
  const problems = [...shape, ...entries, ...rules];
  if (!parsed.success || problems.length > 0) throw toError(problems, text, source);
  return {
    policy: parsed.data,
    warnings: toWarnings(parsed.data, document, { text, source }),
    positionOf: (path) => createPositions(text)(document.offsetOf(path)),
  };
}

function findUnreadable(text: string): Problem | undefined {
  if (text.length > MAX_POLICY_BYTES) {
    return { offset: 0, message: "is longer than 1 MiB: a policy is a few hundred lines" };
  }
  if (text.trim() === "") return { offset: 0, message: "is empty: write version: 1 at least" };
  // eslint-disable-next-line no-control-regex
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text);
  if (control === null) return undefined;
  const code = control[0].charCodeAt(0).toString(16).padStart(2, "0");
  return { offset: control.index, message: `has the control character \\x${code} here: remove it` };
}

function toWarnings(
  policy: Policy,
  document: PolicyDocument,
  { text, source }: { readonly text: string; readonly source: string },
): PolicyWarning[] {
  const lines = toLines(findPolicyWarnings(policy, document).map(toWarning), text, source);
  const more = lines.length - MAX_WARNINGS;
  if (more <= 0) return lines;
  const message = `${toPrintablePath(source)}: warning: and ${more} more`;
  return [...lines.slice(0, MAX_WARNINGS), { line: 1, column: 1, message }];
}

function toWarning({ offset, message }: Problem): Problem {
  return { offset, message: `warning: ${message}` };
}

function toError(problems: readonly Problem[], text: string, source: string): AgentError {
  const lines = toLines(problems, text, source).map(({ message }) => message);
  const more = lines.length - MAX_PROBLEMS;
  const shown = lines.slice(0, MAX_PROBLEMS);
  if (more > 0) shown.push(`${toPrintablePath(source)}: and ${more} more problems`);
  return new AgentError("policy-invalid", shown.join("\n"));
}

/** In the order of the text. */
function toLines(problems: readonly Problem[], text: string, source: string): PolicyWarning[] {
  const positionOf = createPositions(text);
  return problems
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => {
      const { line, column } = positionOf(offset);
      return { line, column, message: `${toPrintablePath(source)}:${line}:${column}: ${message}` };
    });
}
