/** What the guard knows to be secret before it has seen anything. */
import type { Policy } from "../../../protocol/index.ts";
import { DEFAULT_SECRET_VARIABLES } from "../../../protocol/secret-variables.ts";
import { AgentError } from "../../errors.ts";
import { createNameMatcher } from "../../redact/known-values/name-matcher.ts";
import { toSecretParts } from "../../redact/known-values/secret-parts.ts";
import type { AddedValue, Redaction } from "../../redact/redaction.ts";
import { readSecretsFile } from "./read-secrets-file.ts";

export type EnvironmentEntry = readonly [name: string, value: string | Uint8Array];

/** Whatever policy says: what a CI system gives its own tools to talk to it. */
const OF_THE_RUNNER = [
  "ACTIONS_RUNTIME_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "BUILDKITE_AGENT_ACCESS_TOKEN",
  "CI_JOB_TOKEN",
  "CI_REGISTRY_PASSWORD",
];

export function toSecretPatterns(policy: Policy | null): readonly string[] {
  return [...(policy?.secrets.environment ?? DEFAULT_SECRET_VARIABLES), ...OF_THE_RUNNER];
}

/** Returns the names of those that cannot be masked. */
export function addEnvironmentValues(
  redaction: Pick<Redaction, "addValue">,
  entries: readonly EnvironmentEntry[],
  patterns: readonly string[],
): string[] {
  const isSecret = createNameMatcher(patterns);
  const refused: string[] = [];
  for (const [name, value] of entries) {
    // What was given as no value is none that could leak.
    if (value.length === 0 || !isSecret(name)) continue;
    if (!isMasked(redaction.addValue(value, name))) refused.push(name);
    // The password of a URL, the keys in a document: they are printed alone more often than with all of it.
    for (const part of toSecretParts(toText(value))) redaction.addValue(part, name);
  }
  return refused;
}

function toText(value: string | Uint8Array): string {
  return typeof value === "string" ? value : Buffer.from(value).toString();
}

function isMasked(added: AddedValue): boolean {
  return added === "added" || added === "known";
}

const EQUALS = 0x3d;

/** `NAME=value` each, as a process has them. */
export function toEntries(environment: Iterable<Uint8Array>): EnvironmentEntry[] {
  return [...environment].flatMap((entry) => {
    // A name may begin with `=`.
    const at = entry.indexOf(EQUALS, 1);
    if (at <= 0) return [];
    return [[Buffer.from(entry.subarray(0, at)).toString(), entry.subarray(at + 1)] as const];
  });
}

export interface SecretSources {
  readonly policy: Policy | null;
  readonly environment: readonly EnvironmentEntry[];
  readonly secretsFile: string | undefined;
  readonly warn: (message: string) => void;
}

/** Throws `usage` where a file of secrets was given and cannot be read. */
export async function addSecretValues(
  redaction: Pick<Redaction, "addValue">,
  { policy, environment, secretsFile, warn }: SecretSources,
): Promise<void> {
  const refused = addEnvironmentValues(redaction, environment, toSecretPatterns(policy));
  warnOfRefused(refused, warn);
  if (secretsFile !== undefined) await addFileValues(redaction, secretsFile, warn);
}

async function addFileValues(
  redaction: Pick<Redaction, "addValue">,
  path: string,
  warn: (message: string) => void,
): Promise<void> {
  const { parseSecretsFile } = await import("../../redact/known-values/secrets-file.ts");
  const { values, problems } = parseSecretsFile(readSecretsFile(path), toName(path));
  const [problem] = problems;
  if (values.length === 0 && problem !== undefined) {
    throw new AgentError("usage", `--secrets-file: ${problem}`);
  }
  const refused = values.filter(
    ({ value, source }) => !isMasked(redaction.addValue(value, source)),
  );
  for (const each of problems) warn(`warning: --secrets-file: ${each}`);
  warnOfRefused(
    refused.map(({ source }) => source),
    warn,
  );
}

/** An open descriptor is nobody's name for them. */
function toName(path: string): string {
  return path.startsWith("/dev/fd/") ? "secrets" : path;
}

/** What reads well in one line. */
const MAX_NAMED = 8;

function warnOfRefused(names: readonly string[], warn: (message: string) => void): void {
  if (names.length > 0) warn(describeRefused(names));
}

/** Names them, and not what they are. */
export function describeRefused(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  const listed = `${names.slice(0, MAX_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return `warning: too short or too common to be masked, or too many: ${listed}`;
}
