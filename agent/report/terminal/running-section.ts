import type { ReportedProcess } from "../../../protocol/report.ts";
import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { formatCount } from "../summary/formats.ts";
import { type Cell, type Column } from "./columns.ts";
import { toListLines } from "./list-lines.ts";
import type { Section } from "./section.ts";

const MAX_ROWS = 4;
const COLUMNS: readonly Column[] = [
  { align: "left", fit: "never" },
  { align: "left", fit: "middle" },
  { align: "left", fit: "spare" },
];

/** Processes that outlived the run. From here on nobody sees what they do. */
export function toRunningSection(running: readonly ReportedProcess[], width: number): Section {
  const layout = { columns: COLUMNS, toCells, maxRows: MAX_ROWS };
  return {
    title:
      running.length === 1
        ? "1 process still runs and is not watched any more"
        : `${formatCount(running.length)} processes still run and are not watched any more`,
    lines: toListLines(running, layout, width),
  };
}

function toCells({ pid, executable, args }: ReportedProcess): Cell[] {
  return [
    { text: `pid ${pid}`, style: "warning" },
    { text: escapeForTerminal(executable) },
    { text: escapeForTerminal(args.slice(1).join(" ")), style: "dim" },
  ];
}
