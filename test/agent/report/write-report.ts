/**
 * A process of its own that writes a report, for what a test's own process should not do: be another user, have another
 * standard output, mount. Prints on stderr, as JSON, how it went.
 */
import { spawnSync } from "node:child_process";

import { openReportFile, openSummaryFile } from "../../../agent/report/report-file.ts";

const [kind = "", path = "", text = "", tmpfs] = process.argv.slice(2);
if (tmpfs !== undefined) mount(tmpfs);
const open = kind === "summary" ? openSummaryFile : openReportFile;
process.stderr.write(JSON.stringify(outcomeOf(() => open(path, `--${kind}`).write([text]))));

function outcomeOf(action: () => void): { error: string | null } {
  try {
    action();
    return { error: null };
  } catch (error) {
    return { error: String(error) };
  }
}

function mount(directory: string): void {
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]);
  if (status !== 0) throw new Error(`cannot mount a tmpfs at ${directory}`);
}
