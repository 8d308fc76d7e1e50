/** What two lists of allowed destinations do not share. */
export interface ComparedEntry {
  readonly entry: string;
  readonly change: "added" | "removed" | "kept";
}

/** Of `egress.allow` of a policy in YAML or JSON: a line each, as people write it. */
export function listAllowed(policy: string): readonly string[] {
  const entries: string[] = [];
  let isInAllow = false;
  for (const line of policy.split("\n")) {
    const text = line.replace(/(^|\s)#.*$/, "").trim();
    if (/^"?allow"?\s*:/.test(text)) isInAllow = true;
    else if (/^"?[a-z-]+"?\s*:/.test(text)) isInAllow = false;
    if (!isInAllow) continue;
    const listed = text.replace(/^"?allow"?\s*:\s*\[?/, "").replace(/^-\s*/, "");
    for (const part of listed.split(",")) {
      const entry = part.replaceAll(/["'[\]{}]/g, "").trim();
      if (entry !== "") entries.push(entry);
    }
  }
  return entries;
}

export function compareEntries(
  before: readonly string[],
  after: readonly string[],
): readonly ComparedEntry[] {
  const [had, has] = [new Set(before.map(toSame)), new Set(after.map(toSame))];
  return [
    ...after
      .filter((one) => !had.has(toSame(one)))
      .map((entry) => ({ entry, change: "added" as const })),
    ...before
      .filter((one) => !has.has(toSame(one)))
      .map((entry) => ({ entry, change: "removed" as const })),
    ...after
      .filter((one) => had.has(toSame(one)))
      .map((entry) => ({ entry, change: "kept" as const })),
  ];
}

/** Port 443 over TCP is what an entry means without either. */
function toSame(entry: string): string {
  const lower = entry.toLowerCase().replace(/\/tcp$/, "");
  return /:\d+(?:\/udp)?$/.test(lower) ? lower : `${lower}:443`;
}
