import type { EnforcementWords } from "../summary/enforcement-words.ts";
import type { Column } from "./columns.ts";
import { toNote } from "./note.ts";
import { layOutIndented, type Section } from "./section.ts";

const COLUMNS: readonly Column[] = [
  { align: "left", fit: "end" },
  { align: "left", fit: "end" },
];

/** What was between the job and the network, what it let through of itself, and who laid hands on it. */
export function toEnforcementSection(words: EnforcementWords | null, columns: number): Section {
  const title = "Enforcement";
  if (words === null) return { title, lines: [] };
  const cells = [{ text: words.means }, { text: words.refused, style: "dim" as const }];
  return {
    title,
    lines: [
      ...layOutIndented([cells], COLUMNS, columns),
      ...toNote(words.reason, columns, { mark: "·", style: "dim" }),
      ...toNote(words.withheld, columns, { mark: "·", style: "dim" }),
      ...toNote(words.builtIn, columns, { mark: "·", style: "dim" }),
      ...toNote(words.unanswered, columns, { mark: "!", style: "warning" }),
      ...toNote(words.tampering, columns, { mark: "!", style: "alarm" }),
    ],
  };
}
