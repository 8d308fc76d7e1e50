/** Learns from a run that is over, in one write with what is said of the run. */
import type { BaselineName, PupilReader } from "../stores/baseline-store.ts";
import type { JobBaselines } from "./job-baselines.ts";
import { createBaseline } from "./model/baseline.ts";
import { learn } from "./model/learn.ts";
import type { ModelSettings } from "./model/model-settings.ts";
import type { RunProfile } from "./model/run-profile.ts";
import { toContent } from "./pack-baseline.ts";
import type { DetectionWrite } from "./thread-messages.ts";
import { noteLesson } from "./to-change-note.ts";

export interface TeachingOptions {
  readonly pupils: Pick<PupilReader, "findPupil">;
  readonly jobs: JobBaselines;
  readonly model: ModelSettings;
  readonly write: (writes: readonly DetectionWrite[]) => Promise<void>;
  readonly now: () => number;
}

/** Somebody else has changed the baseline meanwhile, an operator say. */
const MAX_TRIES = 4;

/** False: something else was learned meanwhile, each time. */
export async function teachRun(
  runId: string,
  name: BaselineName,
  { profile, pupils, jobs, model, write, now }: TeachingOptions & { readonly profile: RunProfile },
): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { revision, state: from, baseline: before = createBaseline() } = jobs.find(name.key);
    const at = now();
    const after = learn(before, profile, at, model);
    const content = toContent(after, model);
    const note = noteLesson(runId, { before, from, after, settings: model });
    const change = { name, content, revision, at, note };
    const taught = { runId, lesson: "learned", key: name.key, change, at } as const;
    await write([{ kind: "teach", taught }]);
    if (pupils.findPupil(runId)?.lesson === null) continue;
    const { state } = content;
    jobs.keep(name.key, { revision: revision + 1, state, baseline: after });
    return true;
  }
  return false;
}
