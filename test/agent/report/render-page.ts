import { renderMarkdown } from "../../../agent/report/render-markdown.ts";
import type { Report } from "../../../protocol/report.ts";

/** As GitHub takes it: a MiB. */
export function renderPage(report: Report): string {
  return renderMarkdown(report, { maxBytes: 1_048_576 });
}
