/** Tells the run: to the person at the terminal, and to the files that were asked for. */
import type { Report } from "../../../protocol/index.ts";
import { toErrorText } from "../../errors.ts";
import type { ReportFile, SummaryFile } from "../../report/report-file.ts";
import { MAX_SUMMARY_BYTES, toSummaryPage } from "../summary-page.ts";

interface Publication {
  /** Null for no summary at all. */
  readonly terminal: { readonly columns: number; readonly colour: boolean } | null;
  readonly reportFile: ReportFile | null;
  readonly summaryFile: SummaryFile | null;
  readonly stderr: { write(text: string): unknown };
  readonly warn: (message: string) => void;
}

/**
 * One output that cannot be written does not keep the others from it, nor changes how the command ended. The renderers are
 * loaded here and not at the start, which they would hold up.
 */
export async function publishReport(report: Report, publication: Publication): Promise<void> {
  const { terminal, reportFile, summaryFile, stderr, warn } = publication;
  const attempt = async (what: string, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      const reason = toErrorText(error);
      warn(`the ${what} could not be written: ${reason}`);
    }
  };
  if (terminal) {
    await attempt("summary", async () => {
      const { renderTerminalSummary } = await import("../../report/render-terminal.ts");
      stderr.write(`\n${renderTerminalSummary(report, terminal)}`);
    });
  }
  if (reportFile) {
    await attempt("report", async () => {
      const { renderJson } = await import("../../report/render-json.ts");
      reportFile.write(renderJson(report));
    });
  }
  if (summaryFile) {
    await attempt("summary file", async () => {
      const maxBytes = MAX_SUMMARY_BYTES - summaryFile.bytesThere();
      summaryFile.write([await toSummaryPage(report, maxBytes)]);
    });
  }
}
