import type { Report } from "../../protocol/index.ts";

/** GitHub refuses a step's summary that is longer, as a whole: what the step itself wrote would be lost with ours. */
export const MAX_SUMMARY_BYTES = 1_048_576;

/** The renderers are loaded here and not at the start, which they would hold up. */
export async function toSummaryPage(report: Report, maxBytes: number): Promise<string> {
  const [{ renderMarkdown }, { suggestForRun }] = await Promise.all([
    import("../report/render-markdown.ts"),
    import("../policy/suggest/suggest-for-run.ts"),
  ]);
  const policy = suggestForRun(report);
  const suggestions =
    policy === undefined ? [] : [{ lead: "A file for `--policy`:", yaml: policy }];
  return renderMarkdown(report, { maxBytes, suggestions });
}
