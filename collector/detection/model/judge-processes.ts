/** Programs that the job never started. */
import type { ProcessFeature } from "./feature.ts";
import { isHandingOn } from "./generalise-program.ts";
import {
  type Compared,
  listSome,
  MAX_FEATURES,
  MAX_SUSPICIONS,
  nameStarter,
  type Suspicion,
} from "./suspicion.ts";
import { ALL_SOURCES, isUnstable, toSource } from "./unstable.ts";

const RULE = "new-process";
/** Command and scripting interpreter. */
const TECHNIQUE = "T1059";

interface Newcomer extends ProcessFeature {
  readonly step: string;
}

/** What a program that is new starts in its turn belongs to it: a dependency that brings a compiler is one change, and not forty. */
export function judgeProcesses(compared: Compared): Suspicion[] {
  const fresh = findFresh(compared);
  const children = Map.groupBy(fresh, ({ parent }) => parent);
  const { known } = compared;
  const roots = findRoots(fresh, known.programs);
  const told: Newcomer[] = [];
  const muted = new Map<string, Newcomer[]>();
  for (const root of roots) {
    if (!isMuted(compared, root)) told.push(root);
    else muted.set(root.parent, [...(muted.get(root.parent) ?? []), root]);
  }
  const toOne = (root: Newcomer): Suspicion =>
    toSuspicion(
      root,
      known.programs.has(root.program) ? [] : findBelow(root.program, children),
      compared,
    );
  return [
    ...told.slice(0, MAX_SUSPICIONS).map(toOne),
    ...toRest(told.slice(MAX_SUSPICIONS)),
    ...[...muted].map(([parent, those]) => toMuted(parent, those)),
  ];
}

/** All but what is below a program that is new itself, and told with it. So whatever started it, nothing that is new goes untold. */
function findRoots(fresh: readonly Newcomer[], known: ReadonlySet<string>): Newcomer[] {
  const introduced = new Set<string>();
  return fresh.filter(({ parent, program }) => {
    const isRoot = !introduced.has(parent);
    if (!known.has(program)) introduced.add(program);
    return isRoot;
  });
}

/** A program counts once, by whoever started it first. */
function findFresh({ profile, baseline, known }: Compared): Newcomer[] {
  const fresh: Newcomer[] = [];
  const seen = new Set<string>();
  for (const [key, { feature, step }] of profile.features) {
    if (feature.kind !== "process" || baseline.habits.has(key)) continue;
    const { program } = feature;
    const isNew = !known.programs.has(program);
    if (isNew && seen.has(program)) continue;
    if (isNew) seen.add(program);
    fresh.push({ ...feature, step });
  }
  // A shell that starts what is new is no news beside that.
  const starters = new Set(
    fresh.filter(({ program }) => !isHandingOn(program)).map(({ parent }) => parent),
  );
  return fresh.filter(({ program, parent }) => !isHandingOn(program) || !starters.has(parent));
}

function isMuted({ baseline }: Compared, feature: ProcessFeature): boolean {
  const source = toSource(feature);
  return (
    isUnstable(baseline, ALL_SOURCES) || (source !== undefined && isUnstable(baseline, source))
  );
}

/** All that was started by it, directly or not. */
function findBelow(
  program: string,
  children: ReadonlyMap<string, readonly Newcomer[]>,
): Newcomer[] {
  const found = new Map<string, Newcomer>();
  const open = [program];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of children.get(next) ?? []) {
      const key = `${child.parent}\0${child.program}`;
      if (found.has(key) || child.program === program) continue;
      found.set(key, child);
      open.push(child.program);
    }
  }
  return [...found.values()];
}

function toSuspicion(root: Newcomer, below: readonly Newcomer[], { known }: Compared): Suspicion {
  const { parent, program, step } = root;
  const starter = nameStarter(parent);
  const names = below.map((it) => it.program);
  return {
    rule: RULE,
    subject: [parent, program],
    severity: "low",
    message: `${starter} started ${program}, which it never did in this job`,
    technique: TECHNIQUE,
    expected: `${starter} starts ${listSome(known.children.get(parent) ?? [], "nothing")}`,
    seen: below.length === 0 ? program : `${program}, and below it ${listSome(names, "")}`,
    program,
    step: step === "" ? undefined : step,
    examples: [...new Set([program, ...names])].slice(0, MAX_SUSPICIONS),
    because: [],
    cause: { features: [root, ...below].slice(0, MAX_FEATURES).map(toFeature), volumes: [] },
  };
}

function toRest(rest: readonly Newcomer[]): Suspicion[] {
  if (rest.length === 0) return [];
  const programs = rest.map(({ program }) => program);
  return [
    toSummary(rest, {
      subject: ["more"],
      severity: "low",
      message: "The run started many more programs in ways that this job never did",
      expected: "programs that were started before",
      seen: listSome(programs, ""),
    }),
  ];
}

function toMuted(parent: string, those: readonly Newcomer[]): Suspicion {
  const starter = nameStarter(parent);
  return toSummary(those, {
    subject: ["unstable", parent],
    severity: "info",
    message: `${starter} starts new programs in so many runs of this job that nothing is said of these`,
    expected: `${starter} starts new programs every few runs`,
    seen: listSome(
      those.map(({ program }) => program),
      "",
    ),
  });
}

type Told = Pick<Suspicion, "subject" | "severity" | "message" | "expected" | "seen">;

function toSummary(those: readonly Newcomer[], told: Told): Suspicion {
  return {
    rule: RULE,
    technique: TECHNIQUE,
    ...told,
    examples: those.slice(0, MAX_SUSPICIONS).map(({ program }) => program),
    because: [],
    cause: { features: those.slice(0, MAX_FEATURES).map(toFeature), volumes: [] },
  };
}

function toFeature({ parent, program }: ProcessFeature): ProcessFeature {
  return { kind: "process", parent, program };
}
