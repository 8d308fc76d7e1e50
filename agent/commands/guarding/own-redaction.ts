/** The one redaction of this process, and the outputs that everything it says goes through. */
import { toErrorText } from "../../errors.ts";
import type { Redaction } from "../../redact/redaction.ts";
import { toMessage } from "../message.ts";
import type { Output } from "../program-options.ts";
import { FINGERPRINT_KEY_VARIABLE, parseFingerprintKey } from "./fingerprint-key.ts";
import { createLazyRedaction } from "./lazy-redaction.ts";
import { loadRedaction } from "./load-redaction.ts";
import { createRedactingOutput } from "./redacting-output.ts";
import {
  addEnvironmentValues,
  describeRefused,
  type EnvironmentEntry,
  toSecretPatterns,
} from "./secret-values.ts";

export interface OwnRedaction {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Throws `usage` where the key of its fingerprints is none. From now on nothing that is written waits. */
  readonly start: () => Redaction;
  /**
   * Started, with the values of this process's own environment that are secrets where no policy says which. Where that is
   * not possible, what waits is given up, and said so.
   */
  prepare(): void;
  /** The same, where something waits. */
  settle(): void;
}

interface OwnRedactionOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
}

export function createOwnRedaction(options: OwnRedactionOptions): OwnRedaction {
  const { environment } = options;
  const stdout = createRedactingOutput(options.stdout);
  const stderr = createRedactingOutput(options.stderr);
  let created: Redaction | undefined;

  const create = (): Redaction => {
    const fingerprintKey = parseFingerprintKey(environment[FINGERPRINT_KEY_VARIABLE]);
    const redaction = createLazyRedaction(
      () => loadRedaction(fingerprintKey ? { fingerprintKey } : {}),
      (sources) => stderr.write(toMessage(describeRefused(sources))),
    );
    if (fingerprintKey) redaction.addValue(fingerprintKey, FINGERPRINT_KEY_VARIABLE);
    return redaction;
  };
  const open = (redaction: Redaction): void => {
    stdout.start(redaction);
    stderr.start(redaction);
  };
  const prepare = (): void => {
    try {
      created ??= create();
      addEnvironmentValues(created, toOwnEntries(environment), toSecretPatterns(null));
      // Not before: what waits may be about one of these.
      open(created);
    } catch (error) {
      // Of the key it tells the length.
      options.stderr.write(toMessage(toErrorText(error)));
    }
  };
  return {
    stdout,
    stderr,
    prepare,
    start() {
      created ??= create();
      open(created);
      return created;
    },
    settle() {
      if (stdout.isHolding || stderr.isHolding) prepare();
    },
  };
}

function toOwnEntries(environment: OwnRedactionOptions["environment"]): EnvironmentEntry[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
}
