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
  const [had, has] = [toDifferent(before), toDifferent(after)];
  const list = (
    entries: ReadonlyMap<string, string>,
    change: ComparedEntry["change"],
    isSo: (same: string) => boolean,
  ): ComparedEntry[] =>
    [...entries].filter(([same]) => isSo(same)).map(([, entry]) => ({ entry, change }));
  return [
    ...list(has, "added", (same) => !had.has(same)),
    ...list(had, "removed", (same) => !has.has(same)),
    ...list(has, "kept", (same) => had.has(same)),
  ];
}

/** As they are written, each once, by what they mean. */
function toDifferent(entries: readonly string[]): ReadonlyMap<string, string> {
  const different = new Map<string, string>();
  for (const entry of entries) {
    const same = toSame(entry);
    if (!different.has(same)) different.set(same, entry);
  }
  return different;
}

/** Port 443 over TCP is what an entry means without either. */
function toSame(entry: string): string {
  const lower = entry.toLowerCase().replace(/\/tcp$/, "");
  return /:\d+(?:\/udp)?$/.test(lower) ? lower : `${lower}:443`;
}
