/** What was written to all streams and not taken by their clients: bounded as a whole, since there may be a batch for each. */
import type { Writable } from "node:stream";

export interface Unread {
  /** After each time that something was written to it. */
  note(answer: Writable): void;
  /** It was taken, or will never be. */
  forget(answer: Writable): void;
}

export function createUnread(maxBytes: number): Unread {
  /** Who has let it wait longest comes first. */
  const waiting = new Set<Writable>();
  return {
    note(answer) {
      if (answer.writableNeedDrain) waiting.add(answer);
      let bytes = [...waiting].reduce((sum, { writableLength }) => sum + writableLength, 0);
      // One that reads has its turn again and again, and is not among the first.
      for (const longest of waiting) {
        if (bytes <= maxBytes || longest === answer) return;
        bytes -= longest.writableLength;
        waiting.delete(longest);
        longest.destroy();
      }
    },
    forget: (answer) => void waiting.delete(answer),
  };
}
