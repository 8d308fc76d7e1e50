import type { EgressInForce } from "./egress-in-force.ts";

/**
 * Of each of the two lists: more than people write, and a sixteenth of the longest event (`BATCH_LIMITS.maxEventBytes`) where all of it takes
 * two bytes a character.
 */
export const EGRESS_IN_FORCE_LIMITS = { maxEntries: 500, maxCharacters: 32_768 };

/** The first entries of each list, with how many are left out. Who receives one that is within bounds gets the same. */
export function boundEgress(egress: EgressInForce): EgressInForce {
  const allow = takeFirst(egress.allow);
  const deny = takeFirst(egress.deny);
  return {
    ...egress,
    allow,
    deny,
    moreAllowed: addTo(egress.moreAllowed, egress.allow.length - allow.length),
    moreDenied: addTo(egress.moreDenied, egress.deny.length - deny.length),
  };
}

/** Whoever sent it may have counted as far as numbers go. */
function addTo(before: number, more: number): number {
  return Math.min(before + more, Number.MAX_SAFE_INTEGER);
}

function takeFirst(entries: readonly string[]): string[] {
  const { maxEntries, maxCharacters } = EGRESS_IN_FORCE_LIMITS;
  const taken: string[] = [];
  let characters = 0;
  for (const entry of entries.slice(0, maxEntries)) {
    characters += entry.length;
    if (characters > maxCharacters) break;
    taken.push(entry);
  }
  return taken;
}
