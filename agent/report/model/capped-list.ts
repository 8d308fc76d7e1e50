/** The first entries of something that is not folded; the rest is counted. */
export interface CappedList<Entry> {
  add(entry: Entry): void;
  entries(): Entry[];
  notListed(): number;
}

export function createCappedList<Entry>(maxEntries: number): CappedList<Entry> {
  const listed: Entry[] = [];
  let notListed = 0;
  return {
    add(entry) {
      if (listed.length < maxEntries) listed.push(entry);
      else notListed += 1;
    },
    entries: () => [...listed],
    notListed: () => notListed,
  };
}
