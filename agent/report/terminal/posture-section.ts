import type { PostureWords } from "../summary/posture-words.ts";
import { toNote } from "./note.ts";
import type { Section } from "./section.ts";

export function toPostureSection(words: PostureWords | null, columns: number): Section {
  const title = "Posture";
  if (words === null) return { title, lines: [] };
  const { outcome, isGrave, advice } = words;
  return {
    title,
    lines: [
      ...toNote(outcome, columns, isGrave ? GRAVE : SLIGHT),
      ...toNote(advice, columns, SLIGHT),
    ],
  };
}

const GRAVE = { mark: "!", style: "warning" } as const;
const SLIGHT = { mark: "·", style: "dim" } as const;
