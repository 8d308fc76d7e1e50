import type { Caller } from "../identity/tokens.ts";

/** Who is answerable: `responder 3f032ed3c46d`, by which the audit log has the token. */
export function describeCaller({ role, token }: Pick<Caller, "role" | "token">): string {
  return `${role} ${token}`;
}
