import { type DocumentBounds, parseBoundedYaml, type PolicyDocument } from "../policy-document.ts";
import type { Problem } from "../problem.ts";

/** Twice what GitHub runs. */
export const MAX_WORKFLOW_BYTES = 1_048_576;

/** Long workflows have some 3,000 lines of ten tokens; scripts in them are one token each. */
const BOUNDS: DocumentBounds = {
  noun: "a workflow",
  levels: "a dozen",
  maxTokens: 150_000,
  maxNesting: 32,
  maxIndentation: 256,
  maxAnchors: 64,
  maxAliases: 512,
  maxEscapes: 10_000,
  maxAliasCount: 2_000,
};

export function parseWorkflow(text: string): PolicyDocument | Problem {
  if (text.length > MAX_WORKFLOW_BYTES) return { offset: 0, message: "is longer than 1 MiB" };
  return parseBoundedYaml(text, BOUNDS);
}
