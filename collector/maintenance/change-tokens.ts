/** The commands `token add` and `token revoke`: what they change is in the audit log of its tenant, before it is so. */
import { CollectorError } from "../errors.ts";
import { addToken, findToken, makeToken, revokeToken } from "../identity/token-file.ts";
import { type Change, noteChange } from "./note-change.ts";

/** One that is not in the audit log is nobody's. Throws `usage`, `data-directory`, `newer-schema` and `storage`. */
export function giveToken(dataDir: string, grant: Parameters<typeof makeToken>[0]): string {
  const made = makeToken(grant);
  noteChange(dataDir, toChange("token add", made));
  addToken(dataDir, made);
  return made.token;
}

/** It is good for nothing any more, whether that can be noted or not. Throws as `giveToken` does. */
export function takeToken(dataDir: string, id: string): void {
  const fault = tryToNote(dataDir, toChange("token revoke", findToken(dataDir, id)));
  revokeToken(dataDir, id);
  if (fault === undefined) return;
  const { code, message } = fault;
  throw new CollectorError(code, `${message}; the token is taken back nevertheless`, {
    cause: fault,
  });
}

function tryToNote(dataDir: string, change: Change): CollectorError | undefined {
  try {
    noteChange(dataDir, change);
    return undefined;
  } catch (error) {
    if (error instanceof CollectorError) return error;
    throw error;
  }
}

interface ChangedToken {
  readonly id: string;
  readonly role: string;
  readonly tenant: string;
}

function toChange(action: string, { id, role, tenant }: ChangedToken): Change {
  return { action, target: `${id} ${role}`, tenants: [tenant] };
}
