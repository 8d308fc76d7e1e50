/** Which honest change an alert comes from: as near as the generator can tell. */
import type { Anomaly } from "../../collector/detection/model/anomaly.ts";
import type { ChangeKind } from "./act.ts";
import { MIRRORED_STEP } from "./archetypes.ts";
import type { Pipeline } from "./pipeline.ts";
import type { RunMood } from "./play-run.ts";

export type Cause = ChangeKind | "nothing that changed";

export function attribute(anomaly: Anomaly, pipeline: Pipeline, mood: RunMood): Cause {
  const text = JSON.stringify([anomaly.message, anomaly.evidence]);
  const marked = [...pipeline.marks].find(([name]) => text.includes(name));
  if (marked !== undefined) return marked[1];
  if (anomaly.evidence.step === MIRRORED_STEP.label) return "mirrors of other owners";
  if (mood.kind === "publishing") return "publishing run";
  if (mood.kind === "nightly") return "nightly run";
  if (mood.isFlaky) return "flaky network";
  if (mood.isServiceAwake && pipeline.isWholeMachine) return "service of the machine";
  if (mood.slowness > 1 && anomaly.rule === "duration-outlier") return "slow runner";
  if (mood.isFailing) return "failed build";
  if (mood.isCacheMissed) return "cache missed";
  return pipeline.lastChange ?? "nothing that changed";
}
