/**
 * How often honest pipelines change. Written down before the first result, and not fitted to it since; docs/false-positives.md has the
 * sources, and says which are assumptions.
 */
export interface Rates {
  /** Chances a week, of one job of a workflow. */
  readonly weekly: {
    /** arXiv 2602.14572: 7.3 % of workflow files are changed every week. */
    readonly workflowEdit: number;
    /** actions/runner-images: "Images are updated on a weekly cadence". */
    readonly imageUpdate: number;
    /** A new release of the distribution under `ubuntu-latest`: one in two years, and a year of `ubuntu-24.04` by hand. */
    readonly imageGeneration: number;
    readonly toolchainUpdate: number;
    readonly buildRefactor: number;
    readonly matrixLeg: number;
  };
  /** Chances a run. */
  readonly perRun: {
    /** Versions of packages in the lock file changed. */
    readonly packageRelease: number;
    readonly newDependency: number;
    /** The cache's key is a hash of the lock file, and what nobody used for 7 days goes. */
    readonly cacheMiss: number;
    /** arXiv 2602.02307: 3.2 % of builds are run again, 67.73 % of these are flaky, 15.8 % of those by the network. */
    readonly flakyNetwork: number;
    /** Somebody breaks it: it ends early. */
    readonly failedBuild: number;
    /** A runner that is much slower than others, or has half the processors. */
    readonly slowRunner: number;
  };
  /** Of those changes, how many bring what. */
  readonly share: {
    /** Of workflow edits: a step with programs of its own that speaks to places the job knows. */
    readonly editAddsStep: number;
    /** Of workflow edits: a step that speaks to a place of its own (coverage, quality, chat). */
    readonly editAddsService: number;
    /** Zahan et al. 2022: 2.2 % of npm packages have install scripts. */
    readonly dependencyRunsScript: number;
    /** Of these: a binary from the releases on GitHub, and one from a host of its own. */
    readonly scriptAsksGitHub: number;
    readonly scriptAsksOwnHost: number;
    readonly refactorAddsHost: number;
    /** Of runs: of pull requests, from forks or not, which are judged and never learned from. */
    readonly pullRequest: number;
    /** Of pull requests: one of the changes above first shows here, and comes to the main branch or not. */
    readonly pullRequestTries: number;
    readonly pullRequestMerged: number;
  };
  /** Of pipelines: what they do in some runs only. */
  readonly habits: {
    /** On a tag: the same job publishes. */
    readonly publishes: number;
    readonly publishingRuns: number;
    /** By the clock: the same job does more. */
    readonly nightly: number;
    readonly nightlyRuns: number;
    /** Downloads from a name that sends each run to another mirror, of another owner. */
    readonly mirrors: number;
    /** Of pipelines: their guard watches a whole machine, with its services. */
    readonly wholeMachines: number;
    /** Of runs on such a machine: a service that looks for updates now and then. */
    readonly serviceAwake: number;
  };
}

export const RATES: Rates = {
  weekly: {
    workflowEdit: 0.073,
    imageUpdate: 1,
    imageGeneration: 1 / 75,
    toolchainUpdate: 1 / 8,
    buildRefactor: 1 / 52,
    matrixLeg: 1 / 26,
  },
  perRun: {
    packageRelease: 0.2,
    newDependency: 1 / 30,
    cacheMiss: 0.1,
    flakyNetwork: 0.032 * 0.6773 * 0.158,
    failedBuild: 0.1,
    slowRunner: 0.03,
  },
  share: {
    editAddsStep: 0.15,
    editAddsService: 0.1,
    dependencyRunsScript: 0.022,
    scriptAsksGitHub: 0.35,
    scriptAsksOwnHost: 0.2,
    refactorAddsHost: 0.1,
    pullRequest: 0.4,
    pullRequestTries: 0.05,
    pullRequestMerged: 0.8,
  },
  habits: {
    publishes: 0.15,
    publishingRuns: 1 / 25,
    nightly: 0.25,
    nightlyRuns: 1 / 10,
    mirrors: 0.02,
    wholeMachines: 0.25,
    serviceAwake: 0.03,
  },
};

/** All changes that many times as often. What runs are and what changes bring stays. */
export function scaleRates({ weekly, perRun, share, habits }: Rates, factor: number): Rates {
  const scale = (chance: number): number => Math.min(1, chance * factor);
  return {
    weekly: {
      workflowEdit: scale(weekly.workflowEdit),
      imageUpdate: scale(weekly.imageUpdate),
      imageGeneration: scale(weekly.imageGeneration),
      toolchainUpdate: scale(weekly.toolchainUpdate),
      buildRefactor: scale(weekly.buildRefactor),
      matrixLeg: scale(weekly.matrixLeg),
    },
    perRun: {
      packageRelease: scale(perRun.packageRelease),
      newDependency: scale(perRun.newDependency),
      cacheMiss: scale(perRun.cacheMiss),
      flakyNetwork: scale(perRun.flakyNetwork),
      failedBuild: scale(perRun.failedBuild),
      slowRunner: scale(perRun.slowRunner),
    },
    share,
    habits,
  };
}
