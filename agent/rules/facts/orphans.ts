/** Processes that go on after the step, or the command, that they were started for. */
import type { Microseconds } from "../../observation.ts";
import { type Actor, isDescendantOf } from "./actor.ts";

export interface Orphan {
  readonly actor: Actor;
  /** The first process of the step. */
  readonly root: Actor;
  /** It took itself out of its parent's hands: by setsid and the like, or by a parent that ended at once. */
  readonly isDetached: boolean;
}

export interface Orphans {
  /** To be called after the program of an actor became known. */
  noteExec(actor: Actor): void;
  /** To be called after the end of an actor became known. */
  noteExit(actor: Actor, living: () => Iterable<Actor>): void;
  /** To be called before rules review: each orphan is ripe in one review. */
  noteReview(at: Microseconds, occasion: "second" | "end"): void;
  readonly ripe: readonly Orphan[];
}

export interface OrphansOptions {
  /** Whether the first process of all is a command that is guarded. Else that one's parent was not seen. */
  readonly hasCommand: boolean;
  readonly maxOrphans: number;
}

/** What a pipeline's last program leaves behind ends sooner on a busy machine too. */
const GRACE_US = 1_500_000;
const DETACHING = new Set(["setsid", "nohup", "daemonize", "daemon", "start-stop-daemon"]);

interface Waiting extends Orphan {
  readonly since: Microseconds;
}

export function createOrphans({ maxOrphans, hasCommand }: OrphansOptions): Orphans {
  const detached = new WeakSet<Actor>();
  const known = new WeakSet<Actor>();
  let waiting: Waiting[] = [];
  let ripe: readonly Orphan[] = [];
  const add = (actor: Actor, root: Actor, since: Microseconds): void => {
    if (known.has(actor) || waiting.length >= maxOrphans) return;
    known.add(actor);
    waiting.push({ actor, root, since, isDetached: isDetached(actor, root, detached) });
  };
  return {
    get ripe() {
      return ripe;
    },
    noteExec(actor) {
      if (DETACHING.has(actor.program?.name ?? "")) detached.add(actor);
    },
    noteExit(root, living) {
      const { endedAt } = root;
      if (endedAt === undefined || !isRoot(root, hasCommand)) return;
      for (const actor of living()) {
        if (isDescendantOf(actor, root) && !hasLivingParent(actor)) add(actor, root, endedAt);
      }
    },
    noteReview(at, occasion) {
      waiting = waiting.filter(({ actor }) => actor.endedAt === undefined);
      const isRipe = ({ since }: Waiting): boolean => occasion === "end" || at - since >= GRACE_US;
      ripe = waiting.filter(isRipe);
      waiting = waiting.filter((one) => !isRipe(one));
    },
  };
}

/** The first process of a step, or of the command. */
function isRoot({ parent, step, program }: Actor, hasCommand: boolean): boolean {
  if (program === undefined) return false;
  if (parent === undefined) return hasCommand;
  return step !== undefined && (parent.step?.step !== step.step || parent.step.job !== step.job);
}

/** Of a family that goes on, the eldest stands for all. */
function hasLivingParent({ parent }: Actor): boolean {
  return parent !== undefined && parent.endedAt === undefined;
}

function isDetached(actor: Actor, root: Actor, detached: WeakSet<Actor>): boolean {
  for (let at: Actor | undefined = actor; at !== undefined && at !== root; at = at.parent) {
    if (detached.has(at)) return true;
  }
  const { parent } = actor;
  return parent !== undefined && parent !== root;
}
