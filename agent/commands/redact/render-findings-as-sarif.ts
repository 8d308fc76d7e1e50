/** SARIF 2.1.0, as code scanning services take it: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
import type { Found } from "../../redact/found.ts";
import type { CheckResult } from "./check-result.ts";
import { describeRule } from "./describe-rule.ts";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
/** GitHub sorts alerts by it; a secret in a log is as bad as the worst it opens. */
const SECURITY_SEVERITY = "8.0";

export function renderFindingsAsSarif(result: CheckResult): string {
  const { listed, total, lines, bytes } = result.log;
  const rules = [...new Set(listed.map(({ rule }) => rule))].toSorted();
  const content = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "runner-guard",
            version: result.version,
            rules: rules.map((rule) => toRule(rule)),
          },
        },
        invocations: [{ executionSuccessful: true }],
        results: listed.map((found) => toResult(found, rules.indexOf(found.rule), result)),
        properties: { total, lines, bytes },
      },
    ],
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function toRule(id: string) {
  const { title, help } = describeRule(id);
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}.` },
    help: { text: help },
    defaultConfiguration: { level: "error" },
    properties: { tags: ["security", "secret"], "security-severity": SECURITY_SEVERITY },
  };
}

/** A column of SARIF counts characters and ours counts bytes without terminal sequences: it stands in the properties. */
function toResult(found: Found, ruleIndex: number, { input, isKeyLasting }: CheckResult) {
  const { rule, fingerprint, line, column, encodings, confidence, source } = found;
  return {
    ruleId: rule,
    ruleIndex,
    level: confidence === "certain" ? "error" : "warning",
    message: { text: toMessageText(found) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(input) },
          region: { startLine: line },
        },
      },
    ],
    // One that changes with each run would make every old alert a new one.
    ...(isKeyLasting && { partialFingerprints: { "secretHmac/v1": fingerprint } }),
    properties: {
      confidence,
      column,
      encodings,
      fingerprint,
      ...(source !== undefined && { source }),
    },
  };
}

function toMessageText({ rule, line, encodings, source }: Found): string {
  const encoded = encodings.length === 0 ? "" : `, written as ${encodings.join(" of ")}`;
  const from = source === undefined ? "" : `; it is that of ${source}`;
  return `${describeRule(rule).title} in line ${line}${encoded}${from}.`;
}

function toUri(path: string): string {
  const encoded = encodeURI(path).replaceAll(/[?#]/g, encodeURIComponent);
  if (path.startsWith("/")) return `file://${encoded}`;
  // A colon in the first part would make it a scheme.
  return /^[^/]*:/.test(path) ? `./${encoded}` : encoded;
}
