/** What is done about findings by itself, as the operator says: one file, in JSON. */
import { z } from "zod";

import { severitySchema } from "../../protocol/index.ts";
import { createOptionFaults } from "../option-faults.ts";
import { readOptionFile, readText } from "../read-option-file.ts";
import { findRulePatternFault } from "../rule-pattern.ts";
import { RESPONSE_ACTIONS } from "../stores/response-store.ts";

const MAX_RULES = 1_000;
const MAX_SERVERS = 32;
/** More in a minute is no response to an attack any more. */
const MAX_KILLS = 1_000;
/** Of a tenant. */
const DEFAULT_KILLS_PER_MINUTE = 5;
/** A rule that is wrong is wrong for every tenant: it ends no more than four of them would. */
const DEFAULT_KILLS_IN_ALL = 20;

const globSchema = z.string().min(1).max(256);
const ruleGlobSchema = globSchema.superRefine((glob, context) => {
  const message = findRulePatternFault(glob);
  if (message !== undefined) context.addIssue(message);
});
const killsSchema = z.int().min(0).max(MAX_KILLS);
const httpsSchema = z
  .url({ protocol: /^https$/, error: "no address that begins with https://" })
  .refine((text) => {
    const url = URL.parse(text);
    return url === null || `${url.username}${url.password}${url.search}${url.hash}` === "";
  }, "has more than a host and a path");

const ruleSchema = z.strictObject({
  match: z
    .strictObject({
      /** Their ids; `*` stands for any letters, as in the others. */
      rule: ruleGlobSchema.optional(),
      /** That one, or graver. */
      severity: severitySchema.optional(),
      tenant: globSchema.optional(),
      repository: globSchema.optional(),
    })
    .default({}),
  action: z.enum([...RESPONSE_ACTIONS, "none"]),
});
export type ResponseRule = z.infer<typeof ruleSchema>;

const githubSchema = z
  .strictObject({
    /** Of a GitHub Enterprise Server https://HOST/api/v3; of ghe.com https://api.SUBDOMAIN.ghe.com. */
    apiServer: httpsSchema.default("https://api.github.com"),
    /** Whose runs it is for; all of these that are there have to hold. */
    tenants: z.array(globSchema).min(1).max(MAX_RULES).optional(),
    /** Who vouches for its jobs. */
    issuers: z.array(httpsSchema).min(1).max(MAX_SERVERS).optional(),
    repositories: z.array(globSchema).min(1).max(MAX_RULES).optional(),
    tokenFile: z.string().min(1),
    caFile: z.string().min(1).optional(),
  })
  // Whoever has a cluster of their own, which vouches for its runs, would have any run cancelled that the token reaches.
  .refine(
    ({ tenants, issuers, repositories }) => (tenants ?? issuers ?? repositories) !== undefined,
    'does not say whose runs it cancels: write "repositories": ["OWNER/*"], those that its token is for, or "issuers", or "tenants"',
  );
export type GithubServer = z.infer<typeof githubSchema>;

const responseFileSchema = z
  .strictObject({
    /** The first one that matches decides. */
    rules: z.array(ruleSchema).max(MAX_RULES).default([]),
    /** Whether the built-in ones stand behind them. */
    defaults: z.boolean().default(true),
    /** Of each tenant, and of all together. */
    maxKillsPerMinute: killsSchema.default(DEFAULT_KILLS_PER_MINUTE),
    maxKillsPerMinuteInAll: killsSchema.default(DEFAULT_KILLS_IN_ALL),
    tenants: z.record(z.string(), z.strictObject({ maxKillsPerMinute: killsSchema })).default({}),
    github: z.array(githubSchema).max(MAX_SERVERS).default([]),
  })
  .superRefine(({ maxKillsPerMinute, maxKillsPerMinuteInAll, tenants }, context) => {
    const message = `is never reached: write "maxKillsPerMinuteInAll" as well, which is ${maxKillsPerMinuteInAll}`;
    const check = (kills: number, path: string[]): void => {
      if (kills > maxKillsPerMinuteInAll) context.addIssue({ code: "custom", path, message });
    };
    check(maxKillsPerMinute, ["maxKillsPerMinute"]);
    for (const [tenant, own] of Object.entries(tenants))
      check(own.maxKillsPerMinute, ["tenants", tenant, "maxKillsPerMinute"]);
  });
export type ResponsePolicy = z.infer<typeof responseFileSchema>;

/** What holds where there is no file. */
export const USUAL_RESPONSE: ResponsePolicy = responseFileSchema.parse({});

/** Throws `usage`, with what is wrong and where. */
export function readResponseFile(path: string): ResponsePolicy {
  const data = readOptionFile({ option: "--response", path }, responseFileSchema);
  const faults = createOptionFaults();
  for (const [index, server] of data.github.entries()) {
    for (const member of ["tokenFile", "caFile"] as const) {
      const named = server[member];
      if (named === undefined) continue;
      const option = `--response: github[${index}].${member}`;
      faults.read(() => readText({ option, path: named }));
    }
  }
  faults.throwAll();
  return data;
}
