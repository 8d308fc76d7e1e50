import { createNameMatcher } from "./name-matcher.ts";
import { toSecretParts } from "./secret-parts.ts";

export interface EnvironmentValue {
  readonly value: string;
  /** The variable's name. */
  readonly source: string;
}

/**
 * The values of the variables that the patterns name (`*TOKEN*`; `*` and `?`, in any case), and the secrets that are parts
 * of these values: what is printed of a service account's key is one of its strings more often than all of it.
 */
export function toEnvironmentValues(
  environment: Iterable<readonly [name: string, value: string]>,
  patterns: readonly string[],
): EnvironmentValue[] {
  const isSecret = createNameMatcher(patterns);
  const values: EnvironmentValue[] = [];
  for (const [source, value] of environment) {
    if (value === "" || !isSecret(source)) continue;
    for (const part of new Set([value, ...toSecretParts(value)])) {
      values.push({ value: part, source });
    }
  }
  return values;
}
