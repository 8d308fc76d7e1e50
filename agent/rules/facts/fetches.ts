/** What shells have fetched or decoded lately by programs that they started. */
import { type Actor, ancestorsOf, hasTrait } from "./actor.ts";
import { createLatestOf } from "./latest-of.ts";
import { DECODER, DOWNLOADER, RELAY, SHELL } from "./traits.ts";

export interface Fetches {
  /** To be called after the program of an actor became known. */
  note(actor: Actor): void;
  /** Download tools and decoders that this shell started, the latest last. */
  of(shell: Actor): readonly Actor[];
}

export interface FetchesOptions {
  /** Shells; the one that fetched longest ago goes first. */
  readonly maxShells: number;
}

/** Of a shell that fetches much the latest are enough: what it fetched it runs at once, or never. */
const MAX_OF_SHELL = 8;

export function createFetches({ maxShells }: FetchesOptions): Fetches {
  const byShell = createLatestOf<Actor, Actor>({ maxOwners: maxShells, maxOfOwner: MAX_OF_SHELL });
  return {
    note(actor) {
      if (!hasTrait(actor, DOWNLOADER | DECODER | RELAY)) return;
      const shell = findShell(actor);
      if (shell !== undefined) byShell.add(shell, actor);
    },
    of: (shell) => byShell.of(shell),
  };
}

/** The shell whose script has it started: forks of that run the same script. */
export function findShell(actor: Actor): Actor | undefined {
  for (const one of ancestorsOf(actor)) {
    if (!hasTrait(one, SHELL)) return undefined;
    if (one.hasExecuted) return one;
  }
  return undefined;
}
