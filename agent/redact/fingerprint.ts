import { hash, randomBytes } from "node:crypto";

/** Tells that two secrets are the same, and nothing else of them: HMAC-SHA256, its first 16 hexadecimal digits. */
export type Fingerprint = (secret: Uint8Array) => string;

const KEY_BYTES = 32;
const DIGITS = 16;
/** Of SHA-256; RFC 2104 has the rest. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * Without a key of the caller's own, fingerprints are comparable with those of the same redaction alone. Two hashes of what is padded
 * once, because to make an Hmac takes ten times as long, which a flood of secrets would take for each.
 */
export function createFingerprint(key: Uint8Array = randomBytes(KEY_BYTES)): Fingerprint {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? hash("sha256", key, "buffer") : key);
  const inner = block.map((byte) => byte ^ INNER_PAD);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  outer.set(block.map((byte) => byte ^ OUTER_PAD));
  return (secret) => {
    const digest = hash("sha256", Buffer.concat([inner, secret]), "buffer");
    outer.set(digest, BLOCK_BYTES);
    return hash("sha256", outer, "hex").slice(0, DIGITS);
  };
}
