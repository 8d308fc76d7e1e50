/** What is learned of jobs, and from which runs, as the operator says: one file, in JSON. */
import { z } from "zod";

import { readOptionFile } from "../read-option-file.ts";
import { EVENT_NAME, findEventNameFault } from "./event-names.ts";
import { DEFAULT_SETTINGS, type ModelSettings } from "./model/model-settings.ts";
import { REF_PATTERN } from "./ref-pattern.ts";

const MAX_LISTED = 256;
const MAX_LENGTH = 256;

/**
 * Not `pull_request_target`, `issue_comment` and `workflow_run`: they run under the name of the default branch, and whoever opens an issue or a
 * pull request begins them. `merge_request_event` is GitLab's of the same kind.
 */
const USUAL_EVENTS = [
  "push",
  "schedule",
  "workflow_dispatch",
  "repository_dispatch",
  "release",
  "deployment",
  "web",
  "api",
  "trigger",
  "pipeline",
];
const USUAL_REFS = [
  "refs/heads/main",
  "refs/heads/master",
  "refs/heads/release/**",
  "refs/tags/**",
];

const refPatternSchema = z
  .string()
  .min(1)
  .max(MAX_LENGTH)
  .regex(
    REF_PATTERN,
    "no name of a ref such as refs/heads/main, refs/heads/*-stable or refs/heads/release/**",
  );

const eventSchema = z
  .string()
  .max(MAX_LENGTH)
  .regex(EVENT_NAME, "no name of what begins runs such as push or workflow_dispatch")
  .superRefine((name, context) => {
    const message = findEventNameFault(name);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

const learnSchema = z.strictObject({
  refs: z.array(refPatternSchema).max(MAX_LISTED).default(USUAL_REFS),
  /** Those that GitHub says are protected, besides. */
  protectedRefs: z.boolean().default(true),
  events: z.array(eventSchema).max(MAX_LISTED).default(USUAL_EVENTS),
  /** Of a run of which is not known what began it. */
  unknownEvents: z.boolean().default(true),
  /** Whose guard lacks a sensor, and says so. */
  degraded: z.boolean().default(false),
  /** So many have to teach before anything is judged; half of that, where it changes nothing. */
  runs: z.int().min(1).max(1_000).default(DEFAULT_SETTINGS.learningRuns),
  /** What was in none of so many is forgotten. */
  forgetAfterRuns: z.int().min(10).max(10_000).default(DEFAULT_SETTINGS.fadeAfterRuns),
});
export type LearnSettings = z.infer<typeof learnSchema>;

export const detectionSchema = z.strictObject({
  learn: learnSchema.prefault({}),
});
export type DetectionSettings = z.infer<typeof detectionSchema>;

export const USUAL_DETECTION: DetectionSettings = detectionSchema.parse({});

export function toModelSettings({ learn }: DetectionSettings): ModelSettings {
  return { learningRuns: learn.runs, fadeAfterRuns: learn.forgetAfterRuns };
}

/** Throws `usage`, with what is wrong and where. */
export function readDetectionFile(path: string): DetectionSettings {
  return readOptionFile({ option: "--detection", path }, detectionSchema);
}
