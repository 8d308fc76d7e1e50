/** What operators want of every run of a kind, as the API takes and shows it. It makes guards stricter, never laxer. */
import { z } from "zod";

import { reasonSchema, someTighteningSchema } from "./commands.ts";

export const STANDING_POLICY_LIMITS = {
  /** Of a tenant: all are looked at when a run starts. */
  maxPolicies: 200,
  maxNameCharacters: 64,
  maxTextCharacters: 1_024,
};

export const policyNameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,63}$/,
    `lower-case letters, digits and dashes, ${STANDING_POLICY_LIMITS.maxNameCharacters} at most`,
  );

const text = z.string().min(1).max(STANDING_POLICY_LIMITS.maxTextCharacters);

export const standingPolicyRequestSchema = z.strictObject({
  for: z
    .strictObject({
      repository: text.optional().describe("Such as acme/app."),
      workflow: text.optional(),
      ref: text.optional().describe("Such as refs/heads/main."),
    })
    .default({})
    .describe("Runs whose CI context has all of these; nothing: every run of the tenant."),
  reason: reasonSchema,
  tighten: someTighteningSchema,
});
export type StandingPolicyRequest = z.infer<typeof standingPolicyRequestSchema>;

export const standingPolicySchema = z.object({
  name: policyNameSchema,
  ...standingPolicyRequestSchema.shape,
  by: z.string().describe("The role and the id of the token that set it: `admin 3f032ed3c46d`."),
  setAt: z.iso.datetime(),
});
export type StandingPolicy = z.infer<typeof standingPolicySchema>;
