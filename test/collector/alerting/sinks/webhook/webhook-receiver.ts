/** Receives webhooks as Standard Webhooks 1.0.0 tells its readers to: what is not signed with its secret, or is old, it does not take. */
import { createHmac, timingSafeEqual } from "node:crypto";

import { type HttpStandIn, type Received, startHttp } from "../support/http-stand-in.ts";
import { cloudEventSchema } from "./cloud-event-demands.ts";

export interface WebhookReceiver extends HttpStandIn {
  /** What was taken, by `webhook-id`: the same one is taken once. */
  readonly taken: ReadonlyMap<string, unknown>;
}

/** Of the specification's libraries. */
const TOLERANCE_SECONDS = 300;

export async function startReceiver(secret: string, now: () => number): Promise<WebhookReceiver> {
  const taken = new Map<string, unknown>();
  const standIn = await startHttp((received, response) => {
    const fault = findFault(received, { secret, now });
    if (fault !== undefined) {
      response.writeHead(fault === "signature" ? 401 : 400).end(fault);
      return;
    }
    taken.set(String(received.headers["webhook-id"]), JSON.parse(received.body));
    response.writeHead(204).end();
  });
  return Object.assign(standIn, { taken });
}

interface Verifying {
  readonly secret: string;
  readonly now: () => number;
}

function findFault(
  { headers, body, method }: Received,
  { secret, now }: Verifying,
): string | undefined {
  const {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures,
  } = headers;
  if (method !== "POST") return "method";
  if (headers["content-type"] !== "application/cloudevents+json") return "type";
  if (typeof id !== "string" || !/^[^.\s]+$/.test(id)) return "id";
  if (typeof timestamp !== "string" || !/^\d+$/.test(timestamp)) return "timestamp";
  if (Math.abs(now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return "timestamp";
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
  const isSigned = String(signatures)
    .split(" ")
    .map((one) => Buffer.from(one.replace(/^v1,/, ""), "base64"))
    .some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  if (!isSigned) return "signature";
  return cloudEventSchema.safeParse(JSON.parse(body)).success ? undefined : "event";
}
