import {
  type Baseline,
  createBaseline,
} from "../../../../../collector/detection/model/baseline.ts";
import { learn } from "../../../../../collector/detection/model/learn.ts";
import {
  createRunProfile,
  type RunProfile,
} from "../../../../../collector/detection/model/run-profile.ts";
import { createEventsOfRun, type EventsOfRun } from "./events-of-run.ts";

export type Play = (run: EventsOfRun, index: number) => void;

/** Of a run that does this, and ends. */
export function profileOf(play: Play, index = 0): RunProfile {
  const run = createEventsOfRun();
  play(run, index);
  return fold(run.stop());
}

export function fold(events: EventsOfRun["events"]): RunProfile {
  const profile = createRunProfile();
  for (const event of events) profile.add(event);
  return profile;
}

export function learnRuns(play: Play, runs: number, before: Baseline = createBaseline()): Baseline {
  let baseline = before;
  for (let index = 0; index < runs; index += 1)
    baseline = learn(baseline, profileOf(play, index), index);
  return baseline;
}

/** `npm ci` and a checkout. */
export function playBuild(run: EventsOfRun): { readonly npm: string; readonly git: string } {
  const bash = run.start("/usr/bin/bash", { args: ["bash", "-e", "build.sh"] });
  const git = run.start("/usr/bin/git", { parent: bash, args: ["git", "fetch"] });
  run.connect(git, "github.com");
  const npm = run.start("/usr/bin/node", {
    parent: bash,
    args: ["node", "/usr/lib/node_modules/npm/bin/npm-cli.js", "ci"],
    step: { step: "install" },
  });
  run.ask(npm, "registry.npmjs.org");
  run.connect(npm, "registry.npmjs.org");
  run.write(npm, "/home/runner/.npm/_cacache/index");
  return { npm, git };
}
