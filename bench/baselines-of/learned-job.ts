import { toModelSettings, USUAL_DETECTION } from "../../collector/detection/detection-file.ts";
import { createBaseline } from "../../collector/detection/model/baseline.ts";
import { learn } from "../../collector/detection/model/learn.ts";
import { createRunProfile } from "../../collector/detection/model/run-profile.ts";
import { toContent } from "../../collector/detection/pack-baseline.ts";
import type { BaselineContent } from "../../collector/stores/baseline-store.ts";
import { guardEventSchema } from "../../protocol/index.ts";
import { makeCommonRun, makeLargeRun } from "./make-run.ts";

export const RUN_KINDS = ["common", "large"] as const;
export type RunKind = (typeof RUN_KINDS)[number];

const LARGE_FEATURES = 2_000;
const RUNS = 20;
const SETTINGS = toModelSettings(USUAL_DETECTION);

export function makeRunOf(kind: RunKind): readonly object[] {
  return kind === "common" ? makeCommonRun() : makeLargeRun(LARGE_FEATURES);
}

export interface LearnedJob {
  readonly content: BaselineContent;
  /** Of one run. */
  readonly features: number;
}

/** What a job of such runs has learned. */
export function baselineOf(kind: RunKind): LearnedJob {
  const profile = createRunProfile();
  for (const [index, event] of makeRunOf(kind).entries()) {
    const stamped = { seq: index + 1, observedAt: "2026-01-31T12:00:00.000001Z", ...event };
    profile.add(guardEventSchema.parse(stamped));
  }
  let baseline = createBaseline();
  for (let run = 0; run < RUNS; run += 1) {
    baseline = learn(baseline, profile, Date.now(), SETTINGS);
  }
  return { content: toContent(baseline, SETTINGS), features: profile.features.size };
}
