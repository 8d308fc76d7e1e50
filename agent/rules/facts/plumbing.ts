/** Who is at the other ends of the pipes of a process, through whoever passes on what it reads. */
import type { Descriptor } from "../../../protocol/index.ts";
import type { Actor } from "./actor.ts";
import type { RunFacts } from "./run-facts.ts";

/** `curl | tee | sed | base64 -d | sh` has four; nobody writes eight. */
const MAX_STAGES = 8;
/** A pipe that all of a job write to has no more at an end, so that a search among them ends. */
const MAX_VISITED = 32;

/** Whose output is read by it, the nearest first. */
export function* feedersOf(actor: Actor, { pipes }: RunFacts): Generator<Actor, void, undefined> {
  yield* walk(actor, ({ program }) => pipes.writersOf(toPipe(program?.stdin)));
}

/** Who reads its output, the nearest first. */
export function* takersOf(actor: Actor, { pipes }: RunFacts): Generator<Actor, void, undefined> {
  yield* walk(actor, ({ program }) => pipes.readersOf(toPipe(program?.stdout)));
}

/** No pipe has this number. */
const NO_PIPE = -1;

export function toPipe(descriptor: Descriptor | undefined): number {
  return descriptor?.type === "pipe" ? (descriptor.inode ?? NO_PIPE) : NO_PIPE;
}

function* walk(
  start: Actor,
  next: (actor: Actor) => readonly Actor[],
): Generator<Actor, void, undefined> {
  const visited = new Set([start]);
  let stage: readonly Actor[] = [start];
  for (let depth = 0; depth < MAX_STAGES && stage.length > 0; depth += 1) {
    const following: Actor[] = [];
    for (const actor of stage) {
      for (const other of next(actor)) {
        if (visited.has(other) || visited.size > MAX_VISITED) continue;
        visited.add(other);
        following.push(other);
        yield other;
      }
    }
    stage = following;
  }
}
