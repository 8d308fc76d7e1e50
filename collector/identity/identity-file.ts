/** Who vouches for agents, as the operator says: one file, in JSON. */
import { z } from "zod";

import { readOptionFile, readText, toUsage } from "../read-option-file.ts";

/** What tokens and mappings may name a tenant. */
export const TENANT = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

const MAX_ISSUERS = 32;

const tenantSchema = z.string().regex(TENANT, "no name of a tenant: letters, digits and . _ : -");
/** Compared with what tokens say, letter by letter. */
const issuerSchema = z
  .url({ protocol: /^https$/, error: "no address that begins with https://" })
  .refine((text) => !text.endsWith("/"), "ends with a slash, which issuers do not");
const httpsSchema = z.url({ protocol: /^https$/, error: "no address that begins with https://" });
const audienceSchema = z.string().min(1).max(256);

function hasNoPath(text: string): boolean {
  const url = URL.parse(text);
  // One that is none is told of already.
  return url === null || `${url.pathname}${url.search}${url.hash}` === "/";
}

const githubSchema = z.strictObject({
  /** GitHub's own; of a GitHub Enterprise Server https://HOST/_services/token; of ghe.com https://token.actions.SUBDOMAIN.ghe.com. */
  issuer: issuerSchema.default("https://token.actions.githubusercontent.com"),
  audience: audienceSchema,
  tenants: z.union(
    [z.literal("by-owner"), z.record(z.string().regex(/^\d{1,20}$/), tenantSchema)],
    'is neither "by-owner" nor tenants by the ids of owners, which are digits alone',
  ),
  keysUrl: httpsSchema.optional(),
  caFile: z.string().optional(),
});

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

const kubernetesSchema = z.strictObject({
  issuer: issuerSchema,
  audience: audienceSchema,
  verify: z.enum(["token-review", "keys"]).default("token-review"),
  tenants: z.record(z.string(), tenantSchema),
  apiServer: httpsSchema
    .refine(hasNoPath, "has a path: tokens are asked about at the address alone")
    .optional(),
  keysUrl: httpsSchema.optional(),
  caFile: z.string().default(`${SERVICE_ACCOUNT}/ca.crt`),
  tokenFile: z.string().default(`${SERVICE_ACCOUNT}/token`),
  jobs: z.enum(["ephemeral-runners", "none"]).default("ephemeral-runners"),
});

const identitySchema = z.strictObject({
  github: z.array(githubSchema).max(MAX_ISSUERS).default([]),
  kubernetes: z.array(kubernetesSchema).max(MAX_ISSUERS).default([]),
});

export type GithubSource = z.infer<typeof githubSchema>;
export type KubernetesSource = z.infer<typeof kubernetesSchema> & { readonly apiServer: string };

export interface IdentitySources {
  readonly github: readonly GithubSource[];
  readonly kubernetes: readonly KubernetesSource[];
}

/** Of the collector's own process. */
export type PodEnvironment = Readonly<Record<string, string | undefined>>;

export const NO_SOURCES: IdentitySources = { github: [], kubernetes: [] };

/** Throws `usage`, with what is wrong and where. */
export function readIdentityFile(path: string, environment: PodEnvironment): IdentitySources {
  const file = { option: "--identity", path };
  const data = readOptionFile(file, identitySchema);
  const issuers = [...data.github, ...data.kubernetes].map(({ issuer }) => issuer);
  const twice = issuers.find((issuer, index) => issuers.indexOf(issuer) !== index);
  if (twice !== undefined) throw toUsage(file, `${twice} is there twice`);
  const usual = findApiServer(environment);
  const kubernetes = data.kubernetes.map(({ apiServer = usual, ...source }) => ({
    ...source,
    apiServer,
  }));
  return { github: data.github, kubernetes };
}

/** That of the cluster which the collector runs in: Kubernetes tells each pod its address, so that no name has to be looked up to end one. */
function findApiServer({
  KUBERNETES_SERVICE_HOST: host = "",
  KUBERNETES_SERVICE_PORT: port = "",
}: PodEnvironment): string {
  const address = URL.parse(`https://${host.includes(":") ? `[${host}]` : host}:${port || 443}`);
  return host === "" || address === null ? "https://kubernetes.default.svc" : address.origin;
}

/** Throws `usage`. */
export function readAuthorities(path: string): string {
  const file = { option: "--identity", path };
  const text = readText(file);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw toUsage(file, "holds no certificate in PEM");
}
