/** Who started whom, kept for as long as somebody whom it matters for may be heard of. */
import type { CiStep } from "../../../protocol/index.ts";
import type {
  ExecObservation,
  ExitObservation,
  ForkObservation,
  Microseconds,
  ProcessRef,
} from "../../observation.ts";
import type { Actor } from "./actor.ts";
import type { ProgramFacts } from "./program-facts.ts";

export interface Actors {
  /** Never undefined: of a process whose start was not seen it is made up, without parent and program. */
  find(ref: ProcessRef, at: Microseconds): Actor;
  withPid(pid: number): Actor | undefined;
  /** The same; where nobody has it, the one that had it and has ended a moment ago. */
  lastWithPid(pid: number): Actor | undefined;
  /** Those that live. */
  living(): Iterable<Actor>;
  fork(seen: ForkObservation): void;
  exec(seen: ExecObservation): void;
  exit(seen: ExitObservation): void;
  /** Processes that were forgotten although they may live. */
  readonly forgotten: number;
}

export interface ActorsOptions {
  /** Some 300 bytes each. */
  readonly maxActors: number;
  readonly toId: (ref: ProcessRef) => string;
  /** The step that the process tree has it in. */
  readonly stepOf: (pid: number) => CiStep | undefined;
  readonly toProgram: (seen: ExecObservation) => ProgramFacts;
}

/**
 * Of a longer chain those nearest to its beginning are kept and the newest, so that neither a package manager at the root
 * nor the program at hand is lost: a process that forks and ends for ever makes a chain without end.
 */
const MAX_DEPTH = 256;
/** Of those that ended a moment ago: what asks for them waits two seconds at most. */
const MAX_ENDED = 4_096;

interface Known {
  readonly ref: ProcessRef;
  readonly id: string;
  readonly parent: Known | undefined;
  readonly depth: number;
  step: CiStep | undefined;
  readonly startedAt: Microseconds;
  endedAt: Microseconds | undefined;
  program: ProgramFacts | undefined;
  hasExecuted: boolean;
}

export function createActors({ maxActors, toId, stepOf, toProgram }: ActorsOptions): Actors {
  const living = new Map<number, Known>();
  const ended = new Map<number, Known>();
  let forgotten = 0;

  const lookUp = (ref: ProcessRef): Known | undefined => {
    const known = living.get(ref.pid);
    if (known?.ref.startTicks === ref.startTicks) return known;
    // Word of its last connection comes after its end.
    const former = ended.get(ref.pid);
    return former?.ref.startTicks === ref.startTicks ? former : undefined;
  };
  const remember = (ref: ProcessRef, parent: Known | undefined, at: Microseconds): Known => {
    const above = parent !== undefined && parent.depth >= MAX_DEPTH ? parent.parent : parent;
    const known: Known = {
      ref,
      id: toId(ref),
      parent: above,
      depth: above === undefined ? 0 : above.depth + 1,
      step: stepOf(ref.pid) ?? above?.step,
      startedAt: at,
      endedAt: undefined,
      program: parent?.program,
      hasExecuted: false,
    };
    const former = living.get(ref.pid);
    // A late word of one whose pid is another's by now: it is known to whoever asks now, and not kept.
    if (former !== undefined && former.ref.startTicks > ref.startTicks) return known;
    if (former === undefined && living.size >= maxActors) forgetOldest();
    living.delete(ref.pid);
    living.set(ref.pid, known);
    return known;
  };
  const forgetOldest = (): void => {
    for (const pid of living.keys()) {
      living.delete(pid);
      forgotten += 1;
      if (living.size < maxActors - maxActors / 64) return;
    }
  };
  const find = (ref: ProcessRef, at: Microseconds): Known =>
    lookUp(ref) ?? remember(ref, undefined, at);

  return {
    get forgotten() {
      return forgotten;
    },
    find,
    withPid: (pid) => living.get(pid),
    lastWithPid: (pid) => living.get(pid) ?? ended.get(pid),
    living: () => living.values(),
    fork({ process, parent, at }) {
      // Where it is known already, its exec was told first.
      if (lookUp(process) === undefined) remember(process, lookUp(parent), at);
    },
    exec(seen) {
      const { process, parent, at } = seen;
      const known = lookUp(process) ?? remember(process, lookUp(parent), at);
      known.program = toProgram(seen);
      known.hasExecuted = true;
      known.step ??= stepOf(process.pid);
    },
    exit({ process, at }) {
      const known = lookUp(process);
      if (known === undefined) return;
      known.endedAt = at;
      living.delete(process.pid);
      if (ended.size >= MAX_ENDED) ended.clear();
      ended.set(process.pid, known);
    },
  };
}
