import { AgentError } from "../../errors.ts";
import { createNameMatcher } from "../../redact/known-values/name-matcher.ts";
import { toSecretParts } from "../../redact/known-values/secret-parts.ts";
import { parseSecretsFile } from "../../redact/known-values/secrets-file.ts";
import type { AddedValue, Redaction } from "../../redact/redaction.ts";
import { toEntries } from "../guarding/secret-values.ts";
import { readGivenFile } from "./read-given-file.ts";

interface GivenValues {
  readonly patterns: readonly string[];
  readonly files: readonly string[];
  /** `NAME=value` each. */
  readonly environment: readonly Buffer[];
  readonly warn: (message: string) => void;
}

/** What reads well; the others are counted. */
const MAX_TOLD = 10;

const REFUSALS: Readonly<Record<Exclude<AddedValue, "added" | "known">, string>> = {
  "too-short": "is too short to be masked",
  "too-common": "is what any log holds, and is not masked",
  "too-many": "is one value too many, and is not masked",
};

/**
 * Adds what the command line names. Says which values are not masked, and never what they are. Throws `usage` where a file has none.
 */
export function addGivenValues(redaction: Pick<Redaction, "addValue">, given: GivenValues): void {
  const refused: string[] = [];
  const add = (value: string | Uint8Array, source: string): void => {
    const added = redaction.addValue(value, source);
    if (added !== "added" && added !== "known") refused.push(`${source} ${REFUSALS[added]}`);
  };
  for (const pattern of given.patterns) addMatching(pattern, given, add);
  for (const path of given.files) addListed(path, given, add);
  for (const refusal of refused.slice(0, MAX_TOLD)) given.warn(refusal);
  const untold = refused.length - MAX_TOLD;
  if (untold > 0) given.warn(`${untold} more values are not masked`);
}

type Add = (value: string | Uint8Array, source: string) => void;

function addMatching(pattern: string, { environment, warn }: GivenValues, add: Add): void {
  const isMeant = createNameMatcher([pattern]);
  const variables = toEntries(environment).filter(([name]) => isMeant(name));
  if (variables.length === 0) warn(`--secrets-from-env: no variable is named ${pattern}`);
  for (const [name, value] of variables) {
    // CI systems give a secret that is not set as an empty one.
    if (value.length === 0) continue;
    add(value, name);
    for (const part of toSecretParts(Buffer.from(value).toString())) add(part, name);
  }
}

function addListed(path: string, { warn }: GivenValues, add: Add): void {
  const { values, problems } = parseSecretsFile(readGivenFile(path, "--secrets-file"), path);
  const [problem] = problems;
  // Whoever gives a file relies on its being masked.
  if (values.length === 0 && problem !== undefined) throw new AgentError("usage", problem);
  for (const one of problems) warn(one);
  for (const { value, source } of values) add(value, source);
}
