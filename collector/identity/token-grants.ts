/** Tokens that variables give, each for the one tenant of shared tokens. */
import { type AdminToken, findAdminToken } from "./key-file.ts";
import { type TokenGrant, toTokenHash } from "./tokens.ts";

/** That of whoever runs the collector. */
export const OWN_TENANT = "default";

export interface GivenTokens {
  readonly responderToken?: string | undefined;
  readonly viewerToken?: string | undefined;
  readonly agentToken: string | undefined;
}

/** Where the variable is not set, of the one that was made at the first start. */
export function toAdminToken(dataDir: string, adminToken: string | undefined): AdminToken {
  if (adminToken === undefined) return findAdminToken(dataDir);
  return { hash: toTokenHash(adminToken), token: undefined, keep: () => undefined };
}

export function toGrants(
  adminHash: string,
  { responderToken, viewerToken, agentToken }: GivenTokens,
): readonly TokenGrant[] {
  const given = { responder: responderToken, viewer: viewerToken, agent: agentToken } as const;
  const grants: TokenGrant[] = [{ hash: adminHash, role: "admin", tenant: OWN_TENANT }];
  for (const role of ["responder", "viewer", "agent"] as const) {
    const token = given[role];
    if (token !== undefined) grants.push({ hash: toTokenHash(token), role, tenant: OWN_TENANT });
  }
  return grants;
}
