import { escapeForTerminal } from "../escape/escape-terminal.ts";
import { formatCount } from "../summary/formats.ts";
import type { SecretRow } from "../summary/secrets.ts";
import type { Column } from "./columns.ts";
import type { Span } from "./line.ts";
import { toListLines } from "./list-lines.ts";
import type { Section } from "./section.ts";

const MAX_ROWS = 8;
const COLUMNS: readonly Column[] = [
  { align: "left", fit: "never" },
  { align: "left", fit: "middle" },
  { align: "left", fit: "end" },
  { align: "right", fit: "never" },
  { align: "left", fit: "never" },
  { align: "left", fit: "spare" },
];

/** What was masked. The fingerprint is the same for the same secret, and tells nothing of it. */
export function toSecretSection(secrets: readonly SecretRow[], width: number): Section {
  const layout = { columns: COLUMNS, toCells, maxRows: MAX_ROWS };
  return { title: "Secrets found and masked", lines: toListLines(secrets, layout, width) };
}

function toCells({ what, where, fingerprint, isPrinted, advice, count }: SecretRow): Span[] {
  return [
    isPrinted ? { text: "printed", style: "alarm" } : { text: "told", style: "dim" },
    { text: escapeForTerminal(what) },
    { text: escapeForTerminal(where) },
    { text: `${formatCount(count)}×`, style: "dim" },
    { text: escapeForTerminal(fingerprint), style: "dim" },
    { text: advice, style: "dim" },
  ];
}
