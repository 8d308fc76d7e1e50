import { AgentError } from "../../errors.ts";

/** As commander gives them. */
export interface RedactFlags {
  readonly secretsFromEnv?: readonly string[];
  readonly secretsFile?: readonly string[];
  readonly rules?: RuleChoice;
  readonly fingerprintKeyFile?: string;
  readonly check?: boolean;
  readonly format?: FindingsFormat;
  readonly stats?: boolean;
}

export const FINDINGS_FORMATS = ["text", "json", "sarif"] as const;
export type FindingsFormat = (typeof FINDINGS_FORMATS)[number];

/** What is looked for beside the values that are given. */
export interface RuleChoice {
  readonly shapes: boolean;
  readonly structures: boolean;
  readonly decoding: boolean;
}

const RULES = ["shapes", "structures", "decoding"] as const satisfies (keyof RuleChoice)[];
const EXPECTED = `expected a comma-separated list of ${RULES.join(", ")}; or none, for the given values alone`;

export const ALL_RULES: RuleChoice = { shapes: true, structures: true, decoding: true };

export function parseRules(text: string): RuleChoice {
  const names = text.split(",").map((name) => name.trim());
  const known: readonly string[] = text === "none" ? ["none"] : RULES;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new AgentError("usage", `--rules: "${unknown}" is not known; ${EXPECTED}`);
  }
  const has = (rule: keyof RuleChoice): boolean => names.includes(rule);
  return { shapes: has("shapes"), structures: has("structures"), decoding: has("decoding") };
}
