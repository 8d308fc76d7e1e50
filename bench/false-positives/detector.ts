/** The collector's own model, and its own decision of what is learned, without its storage and its threads. */
import { decideLesson } from "../../collector/detection/decide-lesson.ts";
import { USUAL_DETECTION } from "../../collector/detection/detection-file.ts";
import type { Anomaly } from "../../collector/detection/model/anomaly.ts";
import { createBaseline } from "../../collector/detection/model/baseline.ts";
import { toState } from "../../collector/detection/model/describe-state.ts";
import { expect } from "../../collector/detection/model/expect.ts";
import { judge } from "../../collector/detection/model/judge.ts";
import { learn } from "../../collector/detection/model/learn.ts";
import { createRunProfile, type RunProfile } from "../../collector/detection/model/run-profile.ts";
import type { PupilRun } from "../../collector/stores/baseline-store.ts";
import type { GuardEvent } from "../../protocol/index.ts";

export interface Concluded {
  readonly ref: string;
  /** That nobody has settled. */
  readonly anomalies: readonly Anomaly[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

export function foldRun(events: readonly GuardEvent[]): RunProfile {
  const profile = createRunProfile();
  for (const event of events) profile.add(event);
  return profile;
}

export interface Detector {
  /** It has learned from as many runs as it was told to. */
  readonly isJudging: boolean;
  readonly state: ReturnType<typeof toState>;
  judge(profile: RunProfile): readonly Anomaly[];
  /** The run is over: it is learned from where that may be. */
  conclude(profile: RunProfile, concluded: Concluded): void;
  /** Somebody says of them that they are. */
  expect(anomalies: readonly Anomaly[], at: number): void;
}

export function createDetector(learningRuns: number): Detector {
  const { forgetAfterRuns } = USUAL_DETECTION.learn;
  const settings = { learningRuns, fadeAfterRuns: forgetAfterRuns };
  let baseline = createBaseline();
  return {
    get isJudging() {
      return baseline.runs >= learningRuns;
    },
    get state() {
      return toState(baseline, settings);
    },
    judge: (profile) => judge(profile, baseline, { settings }),
    conclude(profile, { ref, anomalies, at }) {
      const run = toPupil(ref, at);
      const isGrave = anomalies.some(({ severity }) => severity === "high");
      if (decideLesson(run, USUAL_DETECTION.learn) !== "learned" || isGrave) return;
      if (profile.isWhole) baseline = learn(baseline, profile, at, settings);
    },
    expect(anomalies, at) {
      for (const { evidence } of anomalies) {
        baseline = expect(baseline, evidence.cause, at) ?? baseline;
      }
    },
  };
}

/** What the collector knows of a run that ended well. */
function toPupil(ref: string, at: number): PupilRun {
  return {
    id: "",
    tenant: "",
    ci: { provider: "github-actions", ref },
    identity: null,
    state: "over",
    lesson: null,
    acknowledged: 0,
    lastSeenAt: at,
    startedAt: at,
    endedAt: at,
    lost: 0,
    isDegraded: false,
    isCut: false,
    isContained: false,
  };
}
