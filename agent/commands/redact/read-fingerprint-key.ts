import { AgentError } from "../../errors.ts";
import { readGivenFile } from "./read-given-file.ts";

/** Guessing a shorter one is work that somebody could do. */
const MIN_BYTES = 16;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The file's bytes without the line's end that editors and `echo` leave. */
export function readFingerprintKey(path: string): Uint8Array {
  const bytes = withoutLineEnd(readGivenFile(path, "the key of fingerprints"));
  if (bytes.length >= MIN_BYTES) return bytes;
  throw new AgentError(
    "usage",
    `${path} holds ${bytes.length} bytes: a key of fingerprints needs at least ${MIN_BYTES}, as \`openssl rand -hex 16\` makes them`,
  );
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  if (bytes[end - 1] === NEWLINE) end--;
  if (bytes[end - 1] === CARRIAGE_RETURN) end--;
  return bytes.subarray(0, end);
}
