/** Answers that depend on a text alone, remembered for the texts that were asked last: jobs do the same things all the time. */
import { createRecent } from "./recent.ts";

export interface RememberedBounds {
  readonly texts: number;
  /** What is longer is worked out each time: nobody fills the memory with it. */
  readonly maxCharacters: number;
}

/** For all runs of all tenants: so `answer` asks nothing but the text. It is never undefined. */
export function remembered<Answer>(
  answer: (text: string) => Answer,
  { texts, maxCharacters }: RememberedBounds,
): (text: string) => Answer {
  const known = createRecent<Answer>(texts);
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = answer(text);
    if (text.length <= maxCharacters) known.set(text, found);
    return found;
  };
}
