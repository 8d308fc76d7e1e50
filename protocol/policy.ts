/** The policy file: what a job may talk to, what is watched, and what the guard does about what it finds. */
import { z } from "zod";

import { DEFAULT_KILLS_PER_MINUTE } from "./kill-limit.ts";
import {
  dnsPolicySchema,
  enforcementModeSchema,
  responseSchema,
  severitySchema,
  sniPolicySchema,
} from "./primitives.ts";
import { DEFAULT_PROTECTED_FILES } from "./protected-files.ts";
import { DEFAULT_SECRET_VARIABLES } from "./secret-variables.ts";
import { userRuleSchema } from "./user-rule.ts";

/** A file of 1 MiB holds some 30,000 short entries; more than this in one list is a mistake or an attack. */
const MAX_ENTRIES = 10_000;
/** A host name has at most 253 characters; a path pattern may be as long as Linux lets a path be. */
const MAX_DESTINATION_LENGTH = 300;
const MAX_PATTERN_LENGTH = 4_096;
const MAX_RULES = 1_000;

const destinations = z.array(z.string().min(1).max(MAX_DESTINATION_LENGTH)).max(MAX_ENTRIES);
const patterns = z.array(z.string().min(1).max(MAX_PATTERN_LENGTH)).max(MAX_ENTRIES);

/** What becomes of the block when the guard is killed. */
export const onGuardDeathSchema = z.enum(["closed", "open"]);
export type OnGuardDeath = z.infer<typeof onGuardDeathSchema>;

/** Whether a command that is root may change devices, routes and the packet filter, while it is blocked. */
export const networkAdminSchema = z.enum(["withhold", "keep"]);
export type NetworkAdmin = z.infer<typeof networkAdminSchema>;

export const egressPolicySchema = z.strictObject({
  mode: enforcementModeSchema
    .default("audit")
    .describe("audit reports what is not allowed; block refuses it. Default: audit."),
  dns: dnsPolicySchema
    .default("allowed-names")
    .describe(
      "In block mode: allowed-names answers only for names that allow lists; any answers for every name. Default: allowed-names.",
    ),
  allow: destinations
    .default([])
    .describe(
      'Destinations the job may talk to: "github.com:443", "*.example.com", "build-*.example.com", "10.20.0.0/16:5432", "[2001:db8::]/32:443", "ntp.example.com:123/udp". Port 443 and tcp when left out. Default: none, so nothing is allowed.',
    ),
  deny: destinations
    .default([])
    .describe("Destinations known to be bad; they win over allow. Default: none."),
  sni: sniPolicySchema
    .default("off")
    .describe(
      "verify reads the server name in each TLS handshake on port 443 that a name opened, and cuts connections that ask for another name, for none, or hide it (ECH). Default: off.",
    ),
  "on-guard-death": onGuardDeathSchema
    .default("closed")
    .describe(
      "What becomes of the block when the guard is killed: closed leaves it in force, open takes it away. Default: closed.",
    ),
  "network-admin": networkAdminSchema
    .default("withhold")
    .describe(
      "In block mode of run: withhold starts the command without CAP_NET_ADMIN, with which root gets past the packet filter; keep leaves it. Default: withhold.",
    ),
});
export type EgressPolicy = z.infer<typeof egressPolicySchema>;

export const filesPolicySchema = z.strictObject({
  protect: patterns
    .default([...DEFAULT_PROTECTED_FILES])
    .describe("Path patterns whose change is reported. Default: git hooks and workflows."),
});
export type FilesPolicy = z.infer<typeof filesPolicySchema>;

/** Of a built-in rule. */
export const ruleOptionsSchema = z.strictObject({
  severity: severitySchema.optional().describe("Default: the rule's own."),
  response: responseSchema.optional().describe("Default: the rule's own."),
});
export const ruleSettingSchema = z.union([z.literal("off"), ruleOptionsSchema]);
export type RuleSetting = z.infer<typeof ruleSettingSchema>;

/** Nobody wants more: a guard that kills that often is wrong, or has lost. */
const MAX_KILLS_PER_MINUTE = 1_000;

export const responsesPolicySchema = z.strictObject({
  "never-kill": patterns
    .default([])
    .describe(
      "Executables that no rule ends, as whole paths with * for any letters: /usr/sbin/sshd. Default: none besides the runner and the guard.",
    ),
  "max-kills-per-minute": z
    .int()
    .min(0)
    .max(MAX_KILLS_PER_MINUTE)
    .default(DEFAULT_KILLS_PER_MINUTE)
    .describe(
      `How often rules end something in a minute; what is beyond is reported. Default: ${DEFAULT_KILLS_PER_MINUTE}.`,
    ),
});
export type ResponsesPolicy = z.infer<typeof responsesPolicySchema>;

export const secretsPolicySchema = z.strictObject({
  environment: patterns
    .default([...DEFAULT_SECRET_VARIABLES])
    .describe(
      "Names of environment variables whose values are secrets. Default: *TOKEN*, *SECRET*, *PASSWORD*, *_KEY.",
    ),
});
export type SecretsPolicy = z.infer<typeof secretsPolicySchema>;

/** `degraded`: a sensor, or enforcement, that was asked for was not wholly in force. */
export const failOnSchema = z.enum(["violation", "degraded", "finding-high"]);
export type FailOn = z.infer<typeof failOnSchema>;

export const lockdownPolicySchema = z.strictObject({
  sudo: z
    .boolean()
    .default(false)
    .describe(
      "true takes sudo, su and their like from the job: it cannot become root by them. Default: false.",
    ),
  containers: z
    .boolean()
    .default(false)
    .describe(
      "true takes the sockets of container engines from the job, and sudo with them. Default: false.",
    ),
});
export type LockdownPolicy = z.infer<typeof lockdownPolicySchema>;

export const policySchema = z.strictObject({
  version: z.literal(1).describe("The version of this format: 1."),
  egress: egressPolicySchema
    .optional()
    .describe(
      "Where the job may talk to. Without this section audit mode allows every destination, and block mode none.",
    ),
  files: filesPolicySchema.prefault({}).describe("Which files are protected."),
  rules: z
    .record(
      z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
      z.union([z.literal("off"), userRuleSchema, ruleSettingSchema]),
    )
    .refine((rules) => Object.keys(rules).length <= MAX_RULES, {
      error: `at most ${MAX_RULES} rules can be set`,
    })
    .default({})
    .describe(
      "Detection rules by id: off, or another severity or response; and rules of your own, with on and when. Default: as built in.",
    ),
  responses: responsesPolicySchema.prefault({}).describe("Whom rules may end, and how often."),
  lockdown: lockdownPolicySchema
    .prefault({})
    .describe("Which ways to root and to containers are taken from the job."),
  secrets: secretsPolicySchema.prefault({}).describe("Where secrets come from."),
  "fail-on": z
    .array(failOnSchema)
    .max(failOnSchema.options.length)
    .optional()
    .describe(
      "What makes a guarded job fail: violation of egress policy, a degraded guard, a finding of severity high or above. Default: nothing, but that mode block starts no job where it cannot block.",
    ),
});
export type Policy = z.infer<typeof policySchema>;

/** What a policy file says that holds nothing but its version. */
export const defaultPolicy: Policy = policySchema.parse({ version: 1 });
