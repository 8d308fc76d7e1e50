import type { CheckResult } from "./check-result.ts";
import type { FindingsFormat } from "./redact-flags.ts";
import { renderFindingsAsJson } from "./render-findings-as-json.ts";
import { renderFindingsAsSarif } from "./render-findings-as-sarif.ts";
import { renderFindingsAsText } from "./render-findings-as-text.ts";

const RENDERERS: Readonly<Record<FindingsFormat, (result: CheckResult) => string>> = {
  text: renderFindingsAsText,
  json: renderFindingsAsJson,
  sarif: renderFindingsAsSarif,
};

export function renderFindings(result: CheckResult, format: FindingsFormat): string {
  return RENDERERS[format](result);
}
