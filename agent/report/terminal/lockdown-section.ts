import type { LockdownWords } from "../summary/lockdown-words.ts";
import { toNote } from "./note.ts";
import type { Section } from "./section.ts";

/** There are two or three. */
const MAX_REASONS = 6;

/** Which ways to root were taken from the job, what stayed, and who tried. */
export function toLockdownSection(words: LockdownWords | null, columns: number): Section {
  const title = "Lockdown";
  if (words === null) return { title, lines: [] };
  const { outcome, isHeld, reasons, tried } = words;
  return {
    title,
    lines: [
      ...toNote(outcome, columns, isHeld ? HELD : NOT_HELD),
      ...reasons
        .slice(0, MAX_REASONS)
        .flatMap((reason) => toNote(reason, columns, { mark: "·", style: "dim" })),
      ...toNote(tried, columns, { mark: "!", style: "warning" }),
    ],
  };
}

const HELD = { mark: "✓", style: "good" } as const;
const NOT_HELD = { mark: "!", style: "alarm" } as const;
