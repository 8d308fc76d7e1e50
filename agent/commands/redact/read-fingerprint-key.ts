import { assertHardToGuess } from "../guarding/fingerprint-key.ts";
import { readGivenFile } from "./read-given-file.ts";

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The file's bytes without the line's end that editors and `echo` leave. */
export function readFingerprintKey(path: string): Uint8Array {
  const key = withoutLineEnd(readGivenFile(path, "--fingerprint-key-file"));
  assertHardToGuess(key, path);
  return key;
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  if (bytes[end - 1] === NEWLINE) end--;
  if (bytes[end - 1] === CARRIAGE_RETURN) end--;
  return bytes.subarray(0, end);
}
