import { basename } from "node:path";

import type { GuardEvent } from "../../protocol/index.ts";
import type { SecretPlace } from "./secret-findings.ts";

/** Where in words a secret stood that was taken out of this event. Undefined where it was told of already. */
export function toSecretPlace(event: GuardEvent): SecretPlace | undefined {
  if (event.kind === "secret-found") return undefined;
  if (event.kind !== "process-started") return { kind: "told", where: WORDS[event.kind] ?? OTHER };
  // A fork has its parent's arguments.
  if (!event.executed) return undefined;
  const where = `arguments of ${basename(event.executable)}`;
  return { kind: "told", where, ...(event.step && { step: event.step }) };
}

const OTHER = "what the guard tells";
const WORDS: Readonly<Partial<Record<GuardEvent["kind"], string>>> = {
  connection: "where a connection went",
  "dns-query": "a name that was asked for",
  "file-written": "path of a file",
  "file-read": "path of a file",
  "privileged-operation": "what a privileged operation was about",
  "guard-started": "what the guard was started with",
};
