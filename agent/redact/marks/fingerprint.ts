import { createHmac, randomBytes } from "node:crypto";

/** Tells that two secrets are the same, and nothing else of them: HMAC-SHA256, its first 16 hexadecimal digits. */
export type Fingerprint = (secret: Uint8Array) => string;

const KEY_BYTES = 32;
const DIGITS = 16;

/** Without a key of the caller's own, fingerprints are comparable with those of the same redaction alone. */
export function createFingerprint(key: Uint8Array = randomBytes(KEY_BYTES)): Fingerprint {
  return (secret) => createHmac("sha256", key).update(secret).digest("hex").slice(0, DIGITS);
}
