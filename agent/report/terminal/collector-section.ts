import type { CollectorWords } from "../summary/collector-words.ts";
import { toNote } from "./note.ts";
import type { Section } from "./section.ts";

/** One for each reason that there is. */
const MAX_DETAILS = 8;

export function toCollectorSection(words: CollectorWords | null, columns: number): Section {
  const title = "Collector";
  if (words === null) return { title, lines: [] };
  const { outcome, isDelivered, details } = words;
  return {
    title,
    lines: [
      ...toNote(outcome, columns, isDelivered ? DELIVERED : NOT_DELIVERED),
      ...details
        .slice(0, MAX_DETAILS)
        .flatMap((detail) => toNote(detail, columns, { mark: "·", style: "dim" })),
    ],
  };
}

const DELIVERED = { mark: "✓", style: "good" } as const;
const NOT_DELIVERED = { mark: "!", style: "warning" } as const;
