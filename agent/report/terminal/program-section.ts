import type { Report } from "../../../protocol/report.ts";
import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { toolName } from "../summary/everyday-tool.ts";
import { formatCount, pluralise } from "../summary/formats.ts";
import { fromWorkspace } from "../summary/path-kind.ts";
import type { ProgramRow, Trait } from "../summary/programs.ts";
import type { Cell, Column } from "./columns.ts";
import { layOutIndented, type Section, toRemainder } from "./section.ts";

const MAX_ROWS = 8;
const COLUMNS: readonly Column[] = [
  { align: "right", fit: "never" },
  { align: "left", fit: "middle" },
  { align: "left", fit: "end" },
];
/** Traits that mean more than "look at this one too". */
const GRAVE: ReadonlySet<Trait> = new Set([
  "finding",
  "from memory",
  "deleted file",
  "preload",
  "forbidden host",
]);
/** Everyday tools named: enough to recognise a build by. */
const MAX_NAMES = 8;

/** Everyday tools are one line together; whatever is unusual has a line of its own. */
export function toProgramSection(
  programs: readonly ProgramRow[],
  { totals, run, dropped }: Report,
  width: number,
): Section {
  const special = programs.filter(({ isEveryday }) => !isEveryday);
  const everyday = programs.filter(({ isEveryday }) => isEveryday);
  const shown = special.slice(0, MAX_ROWS);
  const rows = shown.map((row) => toCells(row, run.workingDirectory));
  const folded = everyday.length === 0 ? [] : [toEverydayCells(everyday)];
  const lines = layOutIndented([...rows, ...folded], COLUMNS, width);
  const isWhole = (dropped.notListed["processes"] ?? 0) === 0;
  return {
    title: "Ran",
    remark: [
      `${formatCount(totals.executions)} ${pluralise("program start", totals.executions)}`,
      `${formatCount(programs.length)} different${isWhole ? "" : " among those listed"}`,
    ].join(", "),
    lines: [
      ...lines.slice(0, shown.length),
      ...toRemainder(special.length, shown.length),
      ...lines.slice(shown.length),
    ],
  };
}

function toCells({ executable, runs, traits }: ProgramRow, workspace: string): Cell[] {
  const isGrave = traits.some((trait) => GRAVE.has(trait));
  return [
    { text: `${formatCount(runs)}×`, style: "dim" },
    { text: escapeForTerminal(fromWorkspace(executable, workspace)) || "(unknown)" },
    { text: traits.join(", "), style: isGrave ? "alarm" : "warning" },
  ];
}

function toEverydayCells(everyday: readonly ProgramRow[]): Cell[] {
  const runs = everyday.reduce((sum, row) => sum + row.runs, 0);
  const names = everyday
    .toSorted((one, other) => other.runs - one.runs)
    .slice(0, MAX_NAMES)
    .map(({ executable }) => escapeForTerminal(toolName(executable)));
  const more = everyday.length > MAX_NAMES ? ", …" : "";
  return [
    { text: `${formatCount(runs)}×`, style: "dim" },
    { text: `${names.join(", ")}${more}`, style: "dim", fit: "end" },
    { text: "everyday tools", style: "dim" },
  ];
}
