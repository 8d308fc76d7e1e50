/** The commands `token add` and `token revoke`: what they change is in the audit log of its tenant. */
import { addToken, revokeToken } from "../identity/token-file.ts";
import { noteChange } from "./note-change.ts";

/** One that is not in the audit log is nobody's. Throws `usage`, `data-directory` and `storage`. */
export function giveToken(dataDir: string, grant: Parameters<typeof addToken>[1]): string {
  const { token, ...given } = addToken(dataDir, grant);
  try {
    noteChange(dataDir, toChange("token add", given));
  } catch (error) {
    revokeToken(dataDir, given.id);
    throw error;
  }
  return token;
}

/** It is good for nothing any more, whether that can be noted or not. Throws as `giveToken` does. */
export function takeToken(dataDir: string, id: string): void {
  noteChange(dataDir, toChange("token revoke", revokeToken(dataDir, id)));
}

function toChange(
  action: string,
  { id, role, tenant }: { id: string; role: string; tenant: string },
): Parameters<typeof noteChange>[1] {
  return { action, target: `${id} ${role}`, tenant };
}
