import { createRequire } from "node:module";

import type {
  createRedactionInTurns,
  Redaction,
  RedactionOptions,
} from "../../redact/redaction.ts";

const require = createRequire(import.meta.url);

/** Without waiting for anything else: whoever writes a message cannot wait for what it is redacted by. */
export function* loadRedaction(options: RedactionOptions): Generator<undefined, Redaction> {
  const part: {
    readonly createRedactionInTurns: typeof createRedactionInTurns;
  } = require("../../redact/redaction.ts");
  yield;
  return yield* part.createRedactionInTurns(options);
}
