/** Shared tokens: who may start runs, and who may look at them. Kept as their SHA-256 alone. */
import { createHash } from "node:crypto";

import type { Proof } from "./verdict.ts";

/** `agent` starts runs; the others are operators, each with the rights of those before it. */
export type Role = "agent" | "viewer" | "responder" | "admin";

export interface Caller {
  /** Tells tokens apart, and gives none away: the beginning of its hash. */
  readonly token: string;
  readonly tenant: string;
  readonly role: Role;
  /** The one run that this token is for; absent: all of the tenant's. */
  readonly runId?: string;
  /** Of a session: aborted when it ends. */
  readonly ended?: AbortSignal;
  /** What somebody else vouches for: it starts a run, and does nothing else. */
  readonly proof?: Proof;
}

export interface TokenGrant extends Pick<Caller, "tenant" | "role"> {
  /** What `toTokenHash` makes of the token. */
  readonly hash: string;
}

export interface Tokens {
  /** Whose token it is; undefined where it is nobody's. */
  find(token: string): Caller | undefined;
  /** Whether there is such a token still, by what tells tokens apart. */
  has(caller: Caller): boolean;
}

/** A token of fewer letters can be guessed. */
export const MIN_TOKEN_LENGTH = 16;

export function createTokens(grants: readonly TokenGrant[]): Tokens {
  // How long it takes to look up a hash says nothing of the token.
  const callers = new Map(
    grants.map(({ hash, tenant, role }) => [
      hash,
      { tenant, role, token: hash.slice(0, NAME_LENGTH) },
    ]),
  );
  const byName = new Map([...callers.values()].map((caller) => [caller.token, caller]));
  return {
    find: (token) => callers.get(toTokenHash(token)),
    has({ token, tenant, role }) {
      const known = byName.get(token);
      return known?.tenant === tenant && known.role === role;
    },
  };
}

/** SHA-256 in hexadecimal: tokens are as long as keys, and need no slower one. */
export function toTokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

const NAME_LENGTH = 12;
const OPERATORS: readonly Role[] = ["viewer", "responder", "admin"];

/** Those that have its rights. */
export function listRolesWith(needed: Role): readonly Role[] {
  return needed === "agent" ? ["agent"] : OPERATORS.slice(OPERATORS.indexOf(needed));
}

/** Whether it has the rights of that role. An agent has none of an operator's, nor the other way round. */
export function hasRole({ role }: Pick<Caller, "role">, needed: Role): boolean {
  return listRolesWith(needed).includes(role);
}
