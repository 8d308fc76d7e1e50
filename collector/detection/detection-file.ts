/** What is learned of jobs, and from which runs, as the operator says: one file, in JSON. */
import { readFileSync } from "node:fs";

import { z } from "zod";

import { CollectorError } from "../errors.ts";
import { DEFAULT_SETTINGS, type ModelSettings } from "./model/model-settings.ts";
import { REF_PATTERN } from "./ref-pattern.ts";

const MAX_FILE_BYTES = 1_048_576;
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

const learnSchema = z.strictObject({
  refs: z.array(refPatternSchema).max(MAX_LISTED).default(USUAL_REFS),
  /** Those that GitHub says are protected, besides. */
  protectedRefs: z.boolean().default(true),
  events: z.array(z.string().min(1).max(MAX_LENGTH)).max(MAX_LISTED).default(USUAL_EVENTS),
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
  const { data, error } = detectionSchema.safeParse(readJson(path));
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw toUsage(path, `${issue?.path.join(".") || "the file"}: ${issue?.message}`);
}

function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw toUsage(path, `is no JSON: ${error instanceof Error ? error.message : ""}`);
  }
}

function readText(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw toUsage(path, "there is no such file");
    }
    throw toUsage(path, `cannot be read: ${error instanceof Error ? error.message : ""}`);
  }
  if (text.length > MAX_FILE_BYTES) throw toUsage(path, `has more than ${MAX_FILE_BYTES} bytes`);
  return text;
}

function toUsage(path: string, why: string): CollectorError {
  return new CollectorError("usage", `--detection: ${path}: ${why}`);
}
