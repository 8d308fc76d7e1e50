import { readFileSync } from "node:fs";

import { AgentError, toErrorText } from "../../errors.ts";

/** Guessing a shorter one is work that somebody could do. */
const MIN_BYTES = 16;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The file's bytes without the line's end that editors and `echo` leave. */
export function readFingerprintKey(path: string): Uint8Array {
  const bytes = withoutLineEnd(readKeyFile(path));
  if (bytes.length >= MIN_BYTES) return bytes;
  throw new AgentError(
    "usage",
    `${path} holds ${bytes.length} bytes: a key of fingerprints needs at least ${MIN_BYTES}, as \`openssl rand -hex 16\` makes them`,
  );
}

function readKeyFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new AgentError("usage", `the key of fingerprints cannot be read: ${toErrorText(cause)}`, {
      cause,
    });
  }
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  if (bytes[end - 1] === NEWLINE) end--;
  if (bytes[end - 1] === CARRIAGE_RETURN) end--;
  return bytes.subarray(0, end);
}
