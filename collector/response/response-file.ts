/** What is done about findings by itself, as the operator says: one file, in JSON. */
import { readFileSync } from "node:fs";

import { z } from "zod";

import { severitySchema } from "../../protocol/index.ts";
import { CollectorError } from "../errors.ts";
import { RESPONSE_ACTIONS } from "../stores/response-store.ts";

const MAX_FILE_BYTES = 1_048_576;
const MAX_RULES = 1_000;
const MAX_SERVERS = 32;
/** Of a tenant; more in a minute is no response to an attack any more. */
const MAX_KILLS = 1_000;
const DEFAULT_KILLS_PER_MINUTE = 5;

const globSchema = z.string().min(1).max(256);
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
      rule: globSchema.optional(),
      /** That one, or graver. */
      severity: severitySchema.optional(),
      tenant: globSchema.optional(),
      repository: globSchema.optional(),
    })
    .default({}),
  action: z.enum([...RESPONSE_ACTIONS, "none"]),
});
export type ResponseRule = z.infer<typeof ruleSchema>;

const githubSchema = z.strictObject({
  /** Of a GitHub Enterprise Server https://HOST/api/v3; of ghe.com https://api.SUBDOMAIN.ghe.com. */
  apiServer: httpsSchema.default("https://api.github.com"),
  /** Who vouches for its jobs. */
  issuers: z.array(httpsSchema).max(MAX_SERVERS).optional(),
  repositories: z.array(globSchema).min(1).max(MAX_RULES).default(["*"]),
  tokenFile: z.string().min(1),
  caFile: z.string().min(1).optional(),
});
export type GithubServer = z.infer<typeof githubSchema>;

const responseFileSchema = z.strictObject({
  /** The first one that matches decides. */
  rules: z.array(ruleSchema).max(MAX_RULES).default([]),
  /** Whether the built-in ones stand behind them. */
  defaults: z.boolean().default(true),
  maxKillsPerMinute: killsSchema.default(DEFAULT_KILLS_PER_MINUTE),
  tenants: z.record(z.string(), z.strictObject({ maxKillsPerMinute: killsSchema })).default({}),
  github: z.array(githubSchema).max(MAX_SERVERS).default([]),
});
export type ResponsePolicy = z.infer<typeof responseFileSchema>;

/** What holds where there is no file. */
export const USUAL_RESPONSE: ResponsePolicy = responseFileSchema.parse({});

/** Throws `usage`, with what is wrong and where. */
export function readResponseFile(path: string): ResponsePolicy {
  const { data, error } = responseFileSchema.safeParse(readJson(path));
  if (error !== undefined) {
    const [issue] = error.issues;
    throw toUsage(path, `${issue?.path.join(".") || "the file"}: ${issue?.message}`);
  }
  for (const { tokenFile, caFile } of data.github) {
    readText(tokenFile);
    if (caFile !== undefined) readText(caFile);
  }
  return data;
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
  return new CollectorError("usage", `--response: ${path}: ${why}`);
}
