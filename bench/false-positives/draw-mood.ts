import type { Random } from "../redact/random.ts";
import { happens } from "./chance.ts";
import type { RunMood } from "./play-run.ts";
import type { Rates } from "./rates.ts";

/** A pull request is never a run that publishes, nor one by the clock. */
export function drawMood(rates: Rates, isPullRequest: boolean, random: Random): RunMood {
  const { perRun, habits } = rates;
  const isPublishing = happens(random, habits.publishingRuns);
  const isNightly = happens(random, habits.nightlyRuns);
  const special = isPublishing ? "publishing" : isNightly ? "nightly" : "usual";
  return {
    kind: isPullRequest ? "usual" : special,
    isCacheMissed: happens(random, perRun.cacheMiss),
    isFlaky: happens(random, perRun.flakyNetwork),
    isFailing: happens(random, perRun.failedBuild),
    slowness: happens(random, perRun.slowRunner) ? 2 + random.below(30) / 10 : 1,
    isServiceAwake: happens(random, habits.serviceAwake),
  };
}
