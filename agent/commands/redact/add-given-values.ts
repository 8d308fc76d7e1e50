import { toEnvironmentValues } from "../../redact/known-values/environment-values.ts";
import { createNameMatcher } from "../../redact/known-values/name-matcher.ts";
import { parseSecretsFile } from "../../redact/known-values/secrets-file.ts";
import type { AddedValue, Redaction } from "../../redact/redaction.ts";
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

/** Adds what the command line names. Says which values are not masked, and never what they are. */
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
  const variables = environment.map(toVariable).filter(({ name }) => isMeant(name));
  if (variables.length === 0) warn(`--secrets-from-env: no variable is named ${pattern}`);
  for (const { name, bytes } of variables) {
    // CI systems give a secret that is not set as an empty one.
    if (bytes.length > 0) add(bytes, name);
    const parts = toEnvironmentValues([[name, bytes.toString()]], [pattern]);
    for (const { value, source } of parts.slice(1)) add(value, source);
  }
}

interface Variable {
  readonly name: string;
  readonly bytes: Buffer;
}

const EQUALS = 0x3d;

function toVariable(entry: Buffer): Variable {
  // A name may begin with `=`.
  const at = entry.indexOf(EQUALS, 1);
  const end = at === -1 ? entry.length : at;
  return { name: entry.toString("utf8", 0, end), bytes: entry.subarray(end + 1) };
}

function addListed(path: string, { warn }: GivenValues, add: Add): void {
  const { values, problems } = parseSecretsFile(readGivenFile(path, "the file of secrets"), path);
  for (const problem of problems) warn(problem);
  for (const { value, source } of values) add(value, source);
}
