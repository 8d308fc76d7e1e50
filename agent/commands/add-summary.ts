import type { Command } from "commander";

import type { ProgramOptions } from "./program-options.ts";
import { MAX_SUMMARY_BYTES, toSummaryPage } from "./summary-page.ts";

/** `runner-guard summary`. */
export function addSummary(root: Command, { stdout }: ProgramOptions): void {
  root
    .command("summary")
    .summary("show a report as a page")
    .description(
      "Reads a report (run --report FILE, finish) and writes it to standard output as Markdown, as --summary does.",
    )
    .argument("<report>", "the report")
    .addHelpText(
      "after",
      '\nExample:\n  runner-guard summary report.json >> "$GITHUB_STEP_SUMMARY"\n',
    )
    .action(async (path: string) => {
      const { readReport } = await import("../policy/replay/read-report.ts");
      stdout.write(await toSummaryPage(readReport(path), MAX_SUMMARY_BYTES));
    });
}
