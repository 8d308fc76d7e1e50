/** Shells that were started without a program: they do what comes in at their standard input. */
import { type Actor, hasTrait } from "./actor.ts";
import { toProgramSource } from "./program-source.ts";
import { SHELL } from "./traits.ts";

export interface OpenShells {
  /** To be called after the program of an actor became known. */
  note(actor: Actor): void;
  /** Those that live. */
  living(): readonly Actor[];
}

export interface OpenShellsOptions {
  /** Those that were started last are kept. */
  readonly maxShells: number;
}

export function createOpenShells({ maxShells }: OpenShellsOptions): OpenShells {
  let shells: Actor[] = [];
  return {
    note(actor) {
      if (!hasTrait(actor, SHELL) || actor.program === undefined) return;
      if (toProgramSource(actor.program).kind !== "input" || shells.includes(actor)) return;
      if (shells.length >= maxShells) shells = shells.slice(-(maxShells / 2));
      shells.push(actor);
    },
    living: () => shells.filter(({ endedAt }) => endedAt === undefined),
  };
}
