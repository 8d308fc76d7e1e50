import { createRequire } from "node:module";

import type { createRedaction, Redaction, RedactionOptions } from "../../redact/redaction.ts";

const require = createRequire(import.meta.url);

/** At once, without waiting for anything else: whoever writes a message cannot wait for what it is redacted by. */
export function loadRedaction(options: RedactionOptions): Redaction {
  const part: {
    readonly createRedaction: typeof createRedaction;
  } = require("../../redact/redaction.ts");
  return part.createRedaction(options);
}
