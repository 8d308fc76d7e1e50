/** Whether a server takes the hello that it got, or asks for another one. */
import { createHandshakeReader, MESSAGE_HEADER_BYTES } from "./handshake-reader.ts";

/**
 * `other`: a ServerHello, or anything that is no TLS. What the client sends from then on is encrypted, or the
 * server takes it for what it is.
 */
export type ServerAnswer = "more" | "retry" | "other";

const ALERT = 21;
const SERVER_HELLO = 2;
const VERSION_BYTES = 2;
const RANDOM_BYTES = 32;
const NEEDED_BYTES = MESSAGE_HEADER_BYTES + VERSION_BYTES + RANDOM_BYTES;
/** A first record is at most 16 KiB. */
const MAX_BYTES = 65_536;
/** RFC 8446 §4.1.3: what a HelloRetryRequest has for a random value, the SHA-256 of its name. */
const RETRY_RANDOM = Buffer.from(
  "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c",
  "hex",
);

export function createServerAnswerReader(): { push(bytes: Uint8Array): ServerAnswer } {
  const reader = createHandshakeReader({
    maxBytes: MAX_BYTES,
    // A warning (`unrecognized_name`, say) may come before; behind any other alert nothing comes.
    skipped: new Set([ALERT]),
    measure: (bytes) => ({ status: bytes.length < NEEDED_BYTES ? "more" : "enough" }),
  });
  return {
    push(bytes) {
      const progress = reader.push(bytes);
      if (progress.status === "more") return "more";
      return progress.status === "read" && isRetry(progress.message) ? "retry" : "other";
    },
  };
}

function isRetry(message: Uint8Array): boolean {
  const random = message.subarray(MESSAGE_HEADER_BYTES + VERSION_BYTES, NEEDED_BYTES);
  return message[0] === SERVER_HELLO && RETRY_RANDOM.equals(random);
}
