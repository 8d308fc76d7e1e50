/** What an API server's answer says of a deed: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
import { z } from "zod";

import type { JsonReply } from "../fetch-json.ts";
import type { Trouble } from "./cluster.ts";
import type { ObjectPath } from "./object-path.ts";

/** An API server that has too much to do says a second; longer than a minute nobody's mistake is believed. */
const MAX_RETRY_AFTER_MS = 60_000;
const MAX_MESSAGE = 300;
const RETRYABLE = new Set([408, 429, 500, 502, 503, 504]);

const statusSchema = z.object({
  kind: z.literal("Status"),
  reason: z.string().default(""),
  message: z.string().default(""),
  details: z
    .object({
      name: z.string().default(""),
      kind: z.string().default(""),
      retryAfterSeconds: z.number().default(0),
    })
    .default({ name: "", kind: "", retryAfterSeconds: 0 }),
});

export function isDone({ status, json }: JsonReply): boolean {
  return status >= 200 && status < 300 && z.object({ kind: z.string() }).safeParse(json).success;
}

/** That there is no such path, or that somebody before the API server knows none, is not that the object is gone. */
export function isGone({ status, json }: JsonReply, { name, kinds }: ObjectPath): boolean {
  if (status !== 404) return false;
  const { reason, details } = statusSchema.safeParse(json).data ?? {};
  return reason === "NotFound" && details?.name === name && details.kind === kinds;
}

/** Of an answer that is not what was asked for. */
export function toTrouble(reply: JsonReply): Trouble {
  const { status, headers, json } = reply;
  const said = statusSchema.safeParse(json).data;
  const message = `${status}${said === undefined ? "" : ` ${said.message.slice(0, MAX_MESSAGE)}`}`;
  if (status === 401 || status === 403) return { status: "forbidden", message };
  if (status >= 200 && status < 300)
    return { status: "rejected", message: `${status}, and not what Kubernetes answers` };
  if (!RETRYABLE.has(status)) return { status: "rejected", message };
  const seconds = Number(headers["retry-after"] ?? said?.details.retryAfterSeconds);
  const retryAfterMs = Number.isFinite(seconds) ? Math.max(0, seconds * 1_000) : 0;
  return {
    status: "retryable",
    reason: message,
    retryAfterMs: Math.min(retryAfterMs, MAX_RETRY_AFTER_MS),
  };
}

/** Nobody answered. */
export function toUnanswered(error: unknown): Trouble {
  // Of a name with several addresses each has failed.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  const reason = first instanceof Error ? first.message : String(first);
  return { status: "retryable", reason: reason.slice(0, MAX_MESSAGE), retryAfterMs: 0 };
}

export function describeTrouble(trouble: Trouble): string {
  return trouble.status === "retryable" ? trouble.reason : trouble.message;
}
