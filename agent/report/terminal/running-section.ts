import type { ReportedProcess } from "../../../protocol/report.ts";
import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { formatCount } from "../summary/formats.ts";
import { layOutRows } from "./columns.ts";
import type { Line } from "./line.ts";
import { indent, type Section, toRemainder } from "./section.ts";

const maxRows = 4;

/** Processes that outlived the run. From here on nobody sees what they do. */
export function toRunningSection(running: readonly ReportedProcess[], columns: number): Section {
  const shown = running.slice(0, maxRows);
  const lines = layOutRows(
    shown.map(({ pid, executable, args }) => [
      { text: `pid ${pid}`, style: "warning" as const },
      { text: escapeForTerminal(executable) },
      { text: escapeForTerminal(args.slice(1).join(" ")), style: "dim" as const },
    ]),
    [
      { align: "left", fit: "never" },
      { align: "left", fit: "middle" },
      { align: "left", fit: "spare" },
    ],
    columns - indent.text.length,
  ).map((line): Line => [indent, ...line]);
  return {
    title:
      running.length === 1
        ? "1 process still runs and is not watched any more"
        : `${formatCount(running.length)} processes still run and are not watched any more`,
    lines: [...lines, ...toRemainder(running.length, shown.length)],
  };
}
