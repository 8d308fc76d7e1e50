/**
 * The members of a JSON object; undefined where the text is none. By hand, because loading a schema library takes longer than
 * everything else that is read beside a job.
 */
export function parseMembers(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value));
  } catch {
    return undefined;
  }
}
