/** GitHub Actions' words for a CI job; other CI systems are mapped onto them. */
import { z } from "zod";

import { MAX_CI_TEXT_LENGTH } from "./ci-text-length.ts";

export const ciProviderSchema = z.enum(["github-actions", "gitlab-ci", "jenkins", "buildkite"]);
export type CiProvider = z.infer<typeof ciProviderSchema>;

/** Which run of which workflow this is; every field but the provider may be unknown. */
export const ciContextSchema = z.object({
  provider: ciProviderSchema,
  repository: z.string().optional(),
  workflow: z.string().optional(),
  job: z.string().optional(),
  runId: z.string().optional(),
  runAttempt: z.string().optional(),
  ref: z.string().optional(),
  sha: z.string().optional(),
  actor: z.string().optional(),
});
export type CiContext = z.infer<typeof ciContextSchema>;

const saidText = z.string().max(MAX_CI_TEXT_LENGTH).optional();

/** As an agent may say it of itself. */
export const saidCiContextSchema = ciContextSchema.extend({
  repository: saidText,
  workflow: saidText,
  job: saidText,
  runId: saidText,
  runAttempt: saidText,
  ref: saidText,
  sha: saidText,
  actor: saidText,
});

/** The step of a job that a process belongs to. A step can forge its own environment, so this is a label and no proof. */
export const ciStepSchema = z.object({
  job: z.string().optional(),
  /** GitHub: GITHUB_ACTION. GitLab: the job's stage. Jenkins: the stage. Buildkite: the step's key or label. */
  step: z.string(),
  /** GitHub: the action's repository, when the step is an action. */
  action: z.string().optional(),
});
export type CiStep = z.infer<typeof ciStepSchema>;
