/** Lets pipelines run, week after week, under detection that learns from some of their runs; and attacks copies of some. */
import type { Anomaly } from "../../collector/detection/model/anomaly.ts";
import type { Random } from "../redact/random.ts";
import { createRandom } from "../redact/random.ts";
import { ATTACKS } from "./attacks.ts";
import { attribute, type Cause } from "./attribute.ts";
import { happens } from "./chance.ts";
import { createDetector, type Detector, foldRun } from "./detector.ts";
import { drawMood } from "./draw-mood.ts";
import { evolve, tryChange } from "./evolve.ts";
import { Outcome } from "./outcome.ts";
import { createPipeline, type Pipeline } from "./pipeline.ts";
import { playRun, type RunMood, type RunToPlay } from "./play-run.ts";
import type { Rates } from "./rates.ts";
import type { Recording } from "./recording.ts";
import { isLoud, isTold, ToldAlerts } from "./tell-alerts.ts";

export interface Simulation {
  readonly recordings: ReadonlyMap<string, Recording>;
  readonly rates: Rates;
  readonly seed: number;
  readonly pipelines: number;
  /** Of each pipeline, those included that are learned from. */
  readonly runs: number;
  /** Numbers of runs to learn from before anything is judged; one outcome for each. */
  readonly learnRuns: readonly number[];
  /** Whoever is told of something honest says that it is expected, before the next run. */
  readonly isAnswered: boolean;
  /** One run in so many has a copy with an attack in it. */
  readonly attackEach: number;
}

const START_MS = Date.UTC(2026, 0, 5, 8);
const WEEK_MS = 7 * 24 * 3_600_000;
/** So that the chances of one pipeline do not depend on how many there are. */
const SEED_STEP = 7_919;

export function simulate(simulation: Simulation): ReadonlyMap<number, Outcome> {
  const outcomes = new Map(simulation.learnRuns.map((runs) => [runs, new Outcome()]));
  for (let number = 0; number < simulation.pipelines; number += 1) {
    const life = new Life(simulation, number, outcomes);
    for (let run = 0; run < simulation.runs; run += 1) life.live(run);
  }
  return outcomes;
}

interface Observer {
  readonly detector: Detector;
  readonly told: ToldAlerts;
  readonly outcome: Outcome;
}

/** Of one pipeline. */
class Life {
  readonly #simulation: Simulation;
  readonly #number: number;
  readonly #random: Random;
  readonly #observers: readonly Observer[];
  #pipeline: Pipeline;
  #attacks = 0;

  constructor(simulation: Simulation, number: number, outcomes: ReadonlyMap<number, Outcome>) {
    this.#simulation = simulation;
    this.#number = number;
    this.#random = createRandom(simulation.seed * SEED_STEP + number);
    this.#observers = [...outcomes].map(([runs, outcome]) => ({
      detector: createDetector(runs),
      told: new ToldAlerts(),
      outcome,
    }));
    this.#pipeline = createPipeline(number, simulation.rates, this.#random);
  }

  live(run: number): void {
    const { rates, attackEach } = this.#simulation;
    const random = this.#random;
    const before = this.#pipeline;
    const isPullRequest = happens(random, rates.share.pullRequest);
    let pipeline = before;
    if (isPullRequest) {
      if (happens(random, rates.share.pullRequestTries)) {
        pipeline = tryChange(before, rates, random);
        if (happens(random, rates.share.pullRequestMerged)) this.#pipeline = pipeline;
      }
    } else {
      pipeline = evolve(before, rates, random);
      this.#pipeline = pipeline;
    }
    const mood = drawMood(rates, isPullRequest, random);
    const toPlay: RunToPlay = {
      pipeline,
      leg: pipeline.legs[random.below(pipeline.legs.length)] ?? { name: "", renames: new Map() },
      mood,
      startMs: START_MS + Math.round((run / pipeline.runsPerWeek) * WEEK_MS),
      ref: toRef(run, isPullRequest, mood),
    };
    const seed = random.below(2 ** 31);
    this.#play(toPlay, { run, seed, changes: toChanges(before, toPlay) });
    if (run % attackEach === attackEach - 1) this.#attack(toPlay, seed);
  }

  #play(toPlay: RunToPlay, { run, seed, changes }: Played): void {
    const { recordings } = this.#simulation;
    const { writer, exitCode } = playRun(toPlay, recordings, createRandom(seed));
    const profile = foldRun(writer.end(exitCode));
    for (const { detector, told, outcome } of this.#observers) {
      if (detector.isJudging) {
        const anomalies = detector.judge(profile);
        outcome.jobs += 1;
        if (detector.state === "unstable") outcome.unstable += 1;
        for (const change of changes) outcome.addChange(change);
        for (const anomaly of told.tell(anomalies, run)) {
          const cause = attribute(anomaly, toPlay.pipeline, toPlay.mood);
          outcome.addAlert(anomaly, cause, toPlay.pipeline.repository);
        }
        const isAnswered = this.#simulation.isAnswered;
        const open = isAnswered ? anomalies.filter((it) => !isLoud(it)) : anomalies;
        detector.conclude(profile, { ref: toPlay.ref, anomalies: open, at: toPlay.startMs });
        if (isAnswered) detector.expect(anomalies.filter(isLoud), toPlay.startMs);
      } else detector.conclude(profile, { ref: toPlay.ref, anomalies: [], at: toPlay.startMs });
    }
  }

  /** The run is the same but for the attack: what is found besides is found of it. */
  #attack(toPlay: RunToPlay, seed: number): void {
    const { recordings } = this.#simulation;
    const attack = ATTACKS[(this.#number + this.#attacks) % ATTACKS.length];
    this.#attacks += 1;
    if (attack === undefined || toPlay.mood.isFailing) return;
    const honest = playRun(toPlay, recordings, createRandom(seed));
    const profile = foldRun(honest.writer.end(honest.exitCode));
    const attacked = playRun(toPlay, recordings, createRandom(seed));
    if (!attack.play(attacked, createRandom(seed + 1))) return;
    const attackedProfile = foldRun(attacked.writer.end(attacked.exitCode));
    for (const { detector, outcome } of this.#observers) {
      if (!detector.isJudging) continue;
      const without = new Map(detector.judge(profile).map((it) => [it.id, it]));
      const found = detector.judge(attackedProfile).filter((it) => isNews(it, without.get(it.id)));
      outcome.addAttack(attack.kind, { loud: found.some(isLoud), any: found.some(isTold) });
    }
  }
}

interface Played {
  readonly run: number;
  readonly seed: number;
  readonly changes: readonly Cause[];
}

/** What rose by the attack is found by it as well. */
function isNews(anomaly: Anomaly, before: Anomaly | undefined): boolean {
  return before === undefined || before.severity !== anomaly.severity;
}

function toRef(run: number, isPullRequest: boolean, { kind }: RunMood): string {
  if (isPullRequest) return `refs/pull/${run}/merge`;
  return kind === "publishing" ? `refs/tags/v1.${run}.0` : "refs/heads/main";
}

function toChanges(before: Pipeline, { pipeline, mood }: RunToPlay): Cause[] {
  const moods: [boolean, Cause][] = [
    [mood.isCacheMissed, "cache missed"],
    [mood.isFlaky, "flaky network"],
    [mood.isFailing, "failed build"],
    [mood.slowness > 1, "slow runner"],
    [mood.isServiceAwake && pipeline.isWholeMachine, "service of the machine"],
    [
      pipeline.steps.some(({ when }) => when === "publishing") && isKind(mood, "publishing"),
      "publishing run",
    ],
    [
      pipeline.steps.some(({ when }) => when === "nightly") && isKind(mood, "nightly"),
      "nightly run",
    ],
    [
      pipeline.steps.some(({ since }) => since === "mirrors of other owners"),
      "mirrors of other owners",
    ],
  ];
  const changes = moods.filter(([is]) => is).map(([, cause]) => cause);
  const { lastChange } = pipeline;
  return pipeline === before || lastChange === undefined ? changes : [...changes, lastChange];
}

function isKind(mood: RunMood, kind: RunMood["kind"]): boolean {
  return mood.kind === kind;
}
