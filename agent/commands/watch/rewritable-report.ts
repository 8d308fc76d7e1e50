import { openReportFile, type ReportFile } from "../../report/report-file.ts";

/** A report file that is written again and again: each time it is whole, and looked at as it was at the start. */
export function openRewritableReport(path: string, option: string): ReportFile {
  const first = openReportFile(path, option);
  let isUsed = false;
  return {
    clear: () => first.clear(),
    write(parts) {
      const file = isUsed ? openReportFile(path, option) : first;
      isUsed = true;
      file.write(parts);
    },
  };
}
