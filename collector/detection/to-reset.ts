import { DamagedRow } from "../errors.ts";
import type { ChangeAuthor } from "../stores/baseline-changes.ts";
import type { BaselineChange, BaselineContent } from "../stores/baseline-store.ts";
import { type Baseline, createBaseline } from "./model/baseline.ts";
import type { ModelSettings } from "./model/model-settings.ts";
import { toContent, unpackBaseline } from "./pack-baseline.ts";
import { noteDeed } from "./to-change-note.ts";

/** What becomes of a baseline that somebody has learned anew: also of one that is damaged, of which nobody knows what it forgets. */
export function toReset(
  { state, document }: BaselineContent,
  by: ChangeAuthor,
  settings: ModelSettings,
): Pick<BaselineChange, "content" | "note"> {
  const after = createBaseline();
  const changed = { before: readUndamaged(document), from: state, after, settings };
  return { content: toContent(after, settings), note: noteDeed("reset", by, changed) };
}

/** Undefined: it is damaged. */
export function readUndamaged(document: Uint8Array): Baseline | undefined {
  try {
    return unpackBaseline(document);
  } catch (error) {
    if (error instanceof DamagedRow) return undefined;
    throw error;
  }
}
