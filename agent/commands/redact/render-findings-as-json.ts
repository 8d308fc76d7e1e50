import type { CheckResult } from "./check-result.ts";

/** Of what `--format json` prints; another number, and a reader has to look again. docs/redact.md tells of its fields. */
const SCHEMA_VERSION = 1;

export function renderFindingsAsJson(result: CheckResult): string {
  const { log, input, version, isKeyLasting } = result;
  const { listed, total, byRule, lines, bytes } = log;
  const content = {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: "runner-guard", version },
    input,
    lines,
    bytes,
    total,
    byRule: Object.fromEntries(byRule),
    fingerprintsLast: isKeyLasting,
    findings: listed.map(({ rule, fingerprint, line, column, encodings, confidence, source }) => ({
      rule,
      fingerprint,
      line,
      column,
      encodings,
      confidence,
      ...(source !== undefined && { source }),
    })),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
