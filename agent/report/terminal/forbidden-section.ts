import type { Verdict } from "../../../protocol/primitives.ts";
import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { isRedirected, toDestinationName, toForbiddenNote } from "../summary/destination-words.ts";
import type { DestinationRow } from "../summary/destinations.ts";
import { type ForbiddenName, toForbiddenNameNote } from "../summary/forbidden-names.ts";
import { formatCount } from "../summary/formats.ts";
import type { MissingEntry } from "../summary/missing-entries.ts";
import type { Column } from "./columns.ts";
import type { Line, Span } from "./line.ts";
import { toNote } from "./note.ts";
import { INDENT, layOutIndented, type Section, toRemainder } from "./section.ts";
import { wrapText } from "./wrap-text.ts";

const MAX_ROWS = 8;
/** More entries than somebody would add unread. */
const MAX_ENTRIES = 3;
const COLUMNS: readonly Column[] = [
  { align: "left", fit: "never" },
  { align: "left", fit: "middle" },
  { align: "left", fit: "end" },
  { align: "right", fit: "never" },
];

/** What one row of the section tells, text unescaped. */
interface Row {
  readonly mark: string;
  readonly what: string;
  readonly program: string;
  readonly count: number;
  readonly note: string;
}

/** Where the job was not to go. Each row has its reason in a line of its own, which no narrow terminal leaves out. */
export function toForbiddenSection(rows: readonly DestinationRow[], columns: number): Section {
  return { title: "Forbidden destinations", lines: toLines(rows, fromDestination, columns) };
}

/** Names that the DNS gate did not answer for, or in audit mode would not have. */
export function toForbiddenNameSection(rows: readonly ForbiddenName[], columns: number): Section {
  return { title: "Forbidden names", lines: toLines(rows, fromName, columns) };
}

/** What to add to policy where all of this belongs to the job. */
export function toAdviceLines(entries: readonly MissingEntry[], columns: number): Line[] {
  if (entries.length === 0) return [];
  const shown = entries.slice(0, MAX_ENTRIES).map(toEntryWords).join(", ");
  const more = entries.length - MAX_ENTRIES;
  const others = `… and ${formatCount(more)} more (listed by --summary)`;
  return [
    ...toNote(`to allow what the job needs, add to egress.allow: ${shown}`, columns, {
      mark: "·",
      style: "dim",
    }),
    ...(more > 0 ? [[INDENT, { text: others, style: "dim" } as const]] : []),
  ];
}

function toEntryWords({ entry, isPortAssumed }: MissingEntry): string {
  return isPortAssumed ? `${entry} (port assumed)` : entry;
}

const DESTINATION_MARKS: Readonly<Record<Verdict, string>> = {
  blocked: "blocked",
  "would-block": "would block",
  allowed: "allowed",
};

const NAME_MARKS: Readonly<Record<ForbiddenName["verdict"], string>> = {
  blocked: "refused",
  "would-block": "would refuse",
};

function fromDestination(row: DestinationRow): Row {
  return {
    mark: isRedirected(row) ? "redirected" : DESTINATION_MARKS[row.verdict],
    what: toDestinationName(row),
    program: row.program,
    count: row.count,
    note: toForbiddenNote(row),
  };
}

function fromName(row: ForbiddenName): Row {
  return {
    mark: NAME_MARKS[row.verdict],
    what: row.name,
    program: row.program,
    count: row.count,
    note: toForbiddenNameNote(row),
  };
}

function toLines<Item>(
  items: readonly Item[],
  toRow: (item: Item) => Row,
  columns: number,
): Line[] {
  const rows = items.slice(0, MAX_ROWS).map(toRow);
  const lines = layOutIndented(rows.map(toCells), COLUMNS, columns);
  return [
    ...rows.flatMap((row, index) => [lines[index] ?? [], ...toNoteLines(row, columns)]),
    ...toRemainder(items.length, rows.length),
  ];
}

function toCells({ mark, what, program, count }: Row): Span[] {
  return [
    { text: mark, style: "alarm" },
    { text: escapeForTerminal(what) },
    { text: escapeForTerminal(program) },
    { text: `${formatCount(count)}×`, style: "dim" },
  ];
}

function toNoteLines({ note }: Row, columns: number): Line[] {
  const bar: Span = { text: "  │ ", style: "dim" };
  return wrapText(escapeForTerminal(note), { columns: columns - 6, maxLines: 2 }).map(
    (text): Line => [INDENT, bar, { text, style: "dim" }],
  );
}
