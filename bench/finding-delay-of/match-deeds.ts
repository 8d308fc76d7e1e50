import { DEED_KINDS, type Deed, type DeedKind } from "./find-deed.ts";
import type { TimedDeed } from "./guarded-deeds.ts";

export interface Delays {
  readonly did: DeedKind;
  readonly done: number;
  /** From the deed until its finding was told, of those that were told. */
  readonly ms: readonly number[];
}

/** Holds what was told against what was done. */
export function matchDeeds(done: readonly TimedDeed[], told: readonly TimedDeed[]): Delays[] {
  const times = new Map<string, number>();
  for (const one of told) if (!times.has(toKey(one))) times.set(toKey(one), one.at);
  return DEED_KINDS.map((did) => {
    const ofKind = done.filter((one) => one.did === did);
    const ms = ofKind.flatMap((one) => {
      const at = times.get(toKey(one));
      return at === undefined ? [] : [(at - one.at) / 1e6];
    });
    return { did, done: ofKind.length, ms };
  });
}

function toKey({ did, number }: Deed): string {
  return `${did} ${number}`;
}
