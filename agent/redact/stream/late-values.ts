import { trimBlanks } from "../known-values/trim-blanks.ts";
import type { SearchResult } from "../search/secret-search.ts";

/** Values that the stream itself said are secret: they are so from the end of that line on, however much is looked at at a time. */
export interface LateValues {
  /** `from` is a position of the stream, counted from its start. */
  add(value: Uint8Array, from: number): void;
  /** Without what such values are found in too early. */
  filter(result: SearchResult, toAbsolute: (position: number) => number): SearchResult;
  /** Everything before this position was decided. */
  forget(before: number): void;
}

export function createLateValues(): LateValues {
  const starts = new Map<string, number>();
  return {
    add(value, from) {
      const key = toKey(value);
      starts.set(key, Math.min(from, starts.get(key) ?? from));
    },
    filter(result, toAbsolute) {
      if (starts.size === 0) return result;
      const finds = result.finds.filter(({ rule, secret, start }) => {
        if (rule !== "known-value" || secret === undefined) return true;
        const from = starts.get(toKey(secret));
        return from === undefined || toAbsolute(start) >= from;
      });
      return { ...result, finds };
    },
    forget(before) {
      for (const [key, from] of starts) {
        if (from <= before) starts.delete(key);
      }
    },
  };
}

function toKey(value: Uint8Array): string {
  // As values are looked for.
  return trimBlanks(Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1"));
}
