/** The one redaction of this process, and the outputs that everything it says goes through. */
import { AgentError, toErrorText } from "../../errors.ts";
import type { Redaction } from "../../redact/redaction.ts";
import { toMessage } from "../message.ts";
import type { Output } from "../program-options.ts";
import { FINGERPRINT_KEY_VARIABLE, parseFingerprintKey } from "./fingerprint-key.ts";
import { createRedactingOutput } from "./redacting-output.ts";
import { addEnvironmentValues, type EnvironmentEntry, toSecretPatterns } from "./secret-values.ts";

export interface OwnRedaction {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Made when it is first asked for, which takes time. */
  readonly start: () => Promise<Redaction>;
  /**
   * Started, with the values of this process's own environment that are secrets where no policy says which, if that is
   * possible at all. Never rejects.
   */
  prepare(): Promise<void>;
  /** Nothing that was written waits any more. Never rejects. */
  settle(): Promise<void>;
}

interface OwnRedactionOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
}

const NO_REDACTION =
  "what this was about cannot be told: the part that takes secrets out of messages does not load";

export function createOwnRedaction(options: OwnRedactionOptions): OwnRedaction {
  const { environment } = options;
  const stdout = createRedactingOutput(options.stdout);
  const stderr = createRedactingOutput(options.stderr);
  let loaded: Promise<Redaction> | undefined;

  const load = async (): Promise<Redaction> => {
    const fingerprintKey = parseFingerprintKey(environment[FINGERPRINT_KEY_VARIABLE]);
    const { createRedaction } = await import("../../redact/redaction.ts");
    const redaction = createRedaction(fingerprintKey && { fingerprintKey });
    if (fingerprintKey) redaction.addValue(fingerprintKey, FINGERPRINT_KEY_VARIABLE);
    return redaction;
  };
  const open = (redaction: Redaction): void => {
    stdout.start(redaction);
    stderr.start(redaction);
  };
  const addDefaults = async (): Promise<void> => {
    const redaction = await (loaded ??= load());
    addEnvironmentValues(redaction, toOwnEntries(environment), toSecretPatterns(null));
    // Not before: what waits may be about one of these.
    open(redaction);
  };
  return {
    stdout,
    stderr,
    async start() {
      const redaction = await (loaded ??= load());
      open(redaction);
      return redaction;
    },
    prepare: () => addDefaults().catch(() => undefined),
    async settle() {
      if (!stdout.isHolding && !stderr.isHolding) return;
      try {
        await addDefaults();
      } catch (error) {
        // What is thrown so early quotes files of the guard at most; of the key it tells the length.
        const text = toErrorText(error);
        const message = error instanceof AgentError ? text : `${NO_REDACTION}: ${text}`;
        options.stderr.write(toMessage(message));
      }
    },
  };
}

function toOwnEntries(environment: OwnRedactionOptions["environment"]): EnvironmentEntry[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
}
