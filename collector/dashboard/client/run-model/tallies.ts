/** The same thing again and again, as one row with a count. */
export interface Tally<Event> {
  readonly key: string;
  /** The first of them. */
  readonly event: Event;
  count: number;
}

export interface Tallies<Event> {
  readonly rows: ReadonlyMap<string, Tally<Event>>;
  add(key: string, event: Event, count: number): void;
}

export function createTallies<Event>(): Tallies<Event> {
  const rows = new Map<string, Tally<Event>>();
  return {
    rows,
    add(key, event, count) {
      const known = rows.get(key);
      if (known === undefined) rows.set(key, { key, event, count });
      else known.count += count;
    },
  };
}
