/** The latest few things of each of a bounded number of others; whoever had one longest ago is forgotten first. */
export interface LatestOf<Owner, Thing> {
  add(owner: Owner, thing: Thing): void;
  /** The latest last. */
  of(owner: Owner): readonly Thing[];
  /** The first that it is. */
  remove(owner: Owner, isIt: (thing: Thing) => boolean): void;
}

export interface LatestOfBounds {
  readonly maxOwners: number;
  readonly maxOfOwner: number;
}

export function createLatestOf<Owner, Thing>({
  maxOwners,
  maxOfOwner,
}: LatestOfBounds): LatestOf<Owner, Thing> {
  const latest = new Map<Owner, Thing[]>();
  return {
    add(owner, thing) {
      const things = latest.get(owner) ?? [];
      things.push(thing);
      if (things.length > maxOfOwner) things.shift();
      latest.delete(owner);
      latest.set(owner, things);
      if (latest.size <= maxOwners) return;
      const oldest = latest.keys().next();
      if (!oldest.done) latest.delete(oldest.value);
    },
    of: (owner) => latest.get(owner) ?? [],
    remove(owner, isIt) {
      const things = latest.get(owner);
      const at = things?.findIndex(isIt) ?? -1;
      if (at === -1) return;
      things?.splice(at, 1);
      if (things?.length === 0) latest.delete(owner);
    },
  };
}
