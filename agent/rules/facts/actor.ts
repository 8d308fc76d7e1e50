import type { CiStep } from "../../../protocol/index.ts";
import type { Microseconds, ProcessRef } from "../../observation.ts";
import type { ProgramFacts } from "./program-facts.ts";
import type { Traits } from "./traits.ts";

/** A process as rules see it. Whoever started it stays known after its end. */
export interface Actor {
  readonly ref: ProcessRef;
  /** As in events. */
  readonly id: string;
  /** Undefined: its start was not seen, or the guard started it. */
  readonly parent: Actor | undefined;
  /** Of the chain of parents, from 0. */
  readonly depth: number;
  readonly step: CiStep | undefined;
  readonly startedAt: Microseconds;
  /** Undefined while it lives. */
  readonly endedAt: Microseconds | undefined;
  /** What it runs: its parent's program until it executes one. Undefined where its start was not seen. */
  readonly program: ProgramFacts | undefined;
  /** Whether it executed that program itself. */
  readonly hasExecuted: boolean;
}

/** Whether its program has one of these traits. */
export function hasTrait(actor: Actor | undefined, traits: Traits): boolean {
  return ((actor?.program?.traits ?? 0) & traits) !== 0;
}

export function* ancestorsOf(actor: Actor): Generator<Actor, void, undefined> {
  for (let at = actor.parent; at !== undefined; at = at.parent) yield at;
}

export function isDescendantOf(actor: Actor, ancestor: Actor): boolean {
  let at = actor.parent;
  while (at !== undefined && at !== ancestor) at = at.parent;
  return at !== undefined;
}
