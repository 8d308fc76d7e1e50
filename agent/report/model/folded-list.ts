/** How events of one kind become entries of a report's list. */
export interface Folding<Event, Entry> {
  /** Events with the same key are the same entry. Built by `toKey`, so that hostile text cannot make two keys one. */
  toKey(event: Event): string;
  toEntry(event: Event): Entry;
  /** Adds a later event of the same key. */
  merge(entry: Entry, event: Event): void;
  /** True for events that may use the reserved places. Without it none may. */
  isPreferred?(event: Event): boolean;
  /** A copy that later events do not change. */
  copy(entry: Entry): Entry;
}

export interface FoldedListLimits {
  readonly entries: number;
  /** How many of the entries are kept for preferred events. */
  readonly reserved: number;
}

/** A list of different things in the order they were first seen, each with how often. The first ones win the places. */
export interface FoldedList<Event, Entry> {
  /** True when the event is in the list, as an entry of its own or folded into one. */
  add(event: Event): boolean;
  entries(): Entry[];
  /** The exact sum of all events' `count`, listed or not. */
  total(): number;
  /** The part of `total` that is in no entry. */
  notListed(): number;
}

export function createFoldedList<Event extends { readonly count: number }, Entry>(
  folding: Folding<Event, Entry>,
  limits: FoldedListLimits,
): FoldedList<Event, Entry> {
  const byKey = new Map<string, Entry>();
  let total = 0;
  let notListed = 0;

  const hasRoomFor = (event: Event): boolean =>
    byKey.size < limits.entries - limits.reserved ||
    (byKey.size < limits.entries && folding.isPreferred?.(event) === true);

  return {
    add(event) {
      total += event.count;
      const key = folding.toKey(event);
      const known = byKey.get(key);
      if (known !== undefined) {
        folding.merge(known, event);
        return true;
      }
      if (!hasRoomFor(event)) {
        notListed += event.count;
        return false;
      }
      byKey.set(key, folding.toEntry(event));
      return true;
    },
    entries: () => Array.from(byKey.values(), (entry) => folding.copy(entry)),
    total: () => total,
    notListed: () => notListed,
  };
}

type KeyPart = string | number | boolean | null | undefined;

/** One string of several, each with its length before it: no content of one part can pass for another part. */
export function toKey(...parts: readonly KeyPart[]): string {
  let key = "";
  for (const part of parts) {
    const text = String(part);
    key += `${text.length}:${text}`;
  }
  return key;
}

interface Repeats {
  count: number;
  firstSeen: string;
  lastSeen: string;
}

/** Timestamps of one fixed width in UTC sort as text. */
export function mergeRepeats(entry: Repeats, event: Readonly<Repeats>): void {
  entry.count += event.count;
  if (event.firstSeen < entry.firstSeen) entry.firstSeen = event.firstSeen;
  if (event.lastSeen > entry.lastSeen) entry.lastSeen = event.lastSeen;
}
