/** Names that mean themselves and all below them. */
export interface HostList<Entry> {
  /** Of the longest that covers it. The name in lower case and without a dot at its end, as DNS questions are told. */
  find(name: string): Entry | undefined;
}

export function createHostList<Entry>(
  entries: Iterable<readonly [string, Entry]>,
): HostList<Entry> {
  const byName = new Map(entries);
  return {
    find(name) {
      for (let at = 0; at >= 0;) {
        const found = byName.get(at === 0 ? name : name.slice(at));
        if (found !== undefined) return found;
        const dot = name.indexOf(".", at);
        at = dot < 0 ? -1 : dot + 1;
      }
      return undefined;
    },
  };
}
