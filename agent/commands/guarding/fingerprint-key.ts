import { AgentError } from "../../errors.ts";
import type { Inheritance } from "../../job/inheritance.ts";
import type { Redaction } from "../../redact/redaction.ts";
import type { StartedRun } from "../../stream/collector-session.ts";

/** A variable and no option: arguments are for everyone on the machine to see. */
export const FINGERPRINT_KEY_VARIABLE = "RUNNER_GUARD_FINGERPRINT_KEY";
/** Guessing a shorter one is work that somebody could do. */
const MIN_BYTES = 16;

/** The bytes of its text, as `redact --fingerprint-key-file` takes those of a file: the same key makes the same fingerprints. */
export function parseFingerprintKey(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || text === "") return undefined;
  const key = Buffer.from(text);
  assertHardToGuess(key, FINGERPRINT_KEY_VARIABLE);
  return key;
}

/** `origin`: the variable or the file that the key is from. Throws `usage`, and tells nothing of the key but its length. */
export function assertHardToGuess(key: Uint8Array, origin: string): void {
  if (key.length >= MIN_BYTES) return;
  throw new AgentError(
    "usage",
    `${origin} has ${key.length} bytes: a key of fingerprints needs at least ${MIN_BYTES}, as \`openssl rand -hex 16\` makes them`,
  );
}

/** One of our own wins. A run's first moments may have been told with another one: its collector is not waited for. */
export function takeFingerprintKey(
  redaction: Pick<Redaction, "addValue" | "keyFingerprints">,
  { fingerprintKey }: Pick<StartedRun, "fingerprintKey">,
): void {
  if (fingerprintKey === undefined) return;
  const key = Buffer.from(fingerprintKey, "hex");
  redaction.keyFingerprints(key);
  // In digits too, as in every encoding.
  redaction.addValue(key, "the collector's fingerprint key");
}

const KEY_ENTRY = Buffer.from(`${FINGERPRINT_KEY_VARIABLE}=`);

/** With it the job could tell whether a guess is right. */
export function withoutFingerprintKey(inheritance: Inheritance): Inheritance {
  const environment = inheritance.environment.filter((entry) => entry.indexOf(KEY_ENTRY) !== 0);
  return { ...inheritance, environment };
}
