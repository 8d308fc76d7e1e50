/** A job of a workflow of a repository, as it is at one time. */
import type { Random } from "../redact/random.ts";
import type { ChangeKind, Step } from "./act.ts";
import { type Archetype, ARCHETYPES, MIRRORED_STEP } from "./archetypes.ts";
import { happens } from "./chance.ts";
import type { Rates } from "./rates.ts";
import { toRunStep } from "./runner-steps.ts";

export interface Pipeline {
  readonly archetype: Archetype;
  readonly repository: string;
  readonly job: string;
  readonly runsPerWeek: number;
  readonly steps: readonly Step[];
  /** Names with versions, and what they are now. */
  readonly renames: ReadonlyMap<string, string>;
  /** Of the matrix: each with its name, and versions of its own. */
  readonly legs: readonly Leg[];
  readonly isWholeMachine: boolean;
  readonly guarded: Guarded;
  /** How much is downloaded and done, compared with the beginning. */
  readonly size: number;
  /** What came with which change: a part of a program's or host's name. */
  readonly marks: ReadonlyMap<string, ChangeKind>;
  readonly lastChange: ChangeKind | undefined;
}

/**
 * How the guard comes to the job: `run` around the runner itself, or around the build alone, so that it tells of its own fork first;
 * or `watch` beside a runner that was there before it.
 */
export type Guarded = "runner" | "build" | "beside";

const WAYS: readonly [Guarded, ...Guarded[]] = ["runner", "build", "beside"];

export interface Leg {
  readonly name: string;
  readonly renames: ReadonlyMap<string, string>;
}

const RUNS_PER_WEEK: readonly [number, ...number[]] = [10, 40, 100];

export function createPipeline(number: number, rates: Rates, random: Random): Pipeline {
  const archetype = ARCHETYPES[number % ARCHETYPES.length];
  if (archetype === undefined) throw new Error("there are no archetypes");
  const { habits } = rates;
  const steps: Step[] = [...archetype.steps];
  if (happens(random, habits.publishes)) {
    const step = toRunStep("__run_publish", archetype.publish);
    steps.push({ ...step, when: "publishing", since: "publishing run" });
  }
  if (happens(random, habits.nightly)) {
    const step = toRunStep("__run_nightly", archetype.nightly);
    steps.push({ ...step, when: "nightly", since: "nightly run" });
  }
  if (happens(random, habits.mirrors)) steps.push(MIRRORED_STEP);
  const legs = 1 + random.below(3);
  const runsPerWeek = random.pick(RUNS_PER_WEEK);
  const isWholeMachine = happens(random, habits.wholeMachines);
  return {
    archetype,
    repository: `acme/${archetype.name.replaceAll(/\W+/g, "-")}-${number}`,
    job: "test",
    runsPerWeek,
    steps,
    renames: new Map(),
    legs: Array.from({ length: legs }, (_, index) => toLeg(index)),
    isWholeMachine,
    guarded: isWholeMachine ? "beside" : toGuarded(number),
    size: 1,
    marks: new Map(),
    lastChange: undefined,
  };
}

/** Each kind of pipeline in each way, and without a chance, so that all others stay as they are. */
function toGuarded(number: number): Guarded {
  const way = number + Math.floor(number / ARCHETYPES.length);
  return WAYS[way % WAYS.length] ?? "runner";
}

/** The first leg has what the recordings have; others have other versions of the same. */
export function toLeg(index: number): Leg {
  const renames: [string, string][] =
    index === 0
      ? []
      : [
          ["/node/22.11.0/", `/node/${22 - 2 * index}.18.${index}/`],
          ["/Python/3.12.7/", `/Python/3.${12 - index}.10/`],
          ["/go/1.23.2/", `/go/1.${23 - index}.8/`],
        ];
  return { name: `ubuntu-24.04, ${index}`, renames: new Map(renames) };
}
