/** Standard Webhooks 1.0.0, "Signature scheme": https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
import { createHmac } from "node:crypto";

export interface SignedWebhook {
  /** The same each time it is sent. No dot is in it. */
  readonly id: string;
  readonly body: string;
  /** Of this attempt. */
  readonly sentAtMs: number;
  /** Whoever reads it needs one of them. */
  readonly keys: readonly Buffer[];
}

export type WebhookHeaders = Readonly<
  Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>
>;

const SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;
const [MIN_BYTES, MAX_BYTES] = [24, 64];

export function signWebhook({ id, body, sentAtMs, keys }: SignedWebhook): WebhookHeaders {
  const timestamp = String(Math.floor(sentAtMs / 1000));
  const signatures = keys.map((key) => {
    const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
    return `v1,${mac}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}

/** Undefined where it is none, or a short one. */
export function parseWebhookSecret(text: string): Buffer | undefined {
  const [, encoded = ""] = SECRET.exec(text) ?? [];
  const key = Buffer.from(encoded, "base64");
  return key.length >= MIN_BYTES && key.length <= MAX_BYTES ? key : undefined;
}
