import type { TextLimits } from "../report-limits.ts";

/** Keeps the text of a whole report within memory: long strings are cut, and cut shorter once the total is used up. */
export interface TextAllowance {
  /** `text`, cut to what one string may have; what was cut is counted in its last characters. */
  keep(text: string): string;
  /** The first of `texts`, each cut as `keep` does. */
  keepAll(texts: readonly string[]): string[];
  /** Characters kept so far, less what was given back. */
  used(): number;
  /** Something kept earlier is no longer held. */
  giveBack(characters: number): void;
}

/** What an empty string costs in a list: JSON writes quotes, a comma, a line break and indentation round it. */
export const CHARACTERS_OF_A_MEMBER = 16;

export function createTextAllowance(limits: TextLimits): TextAllowance {
  let used = 0;
  const isSpent = () => used >= limits.total;

  const keep = (text: string): string => {
    const kept = cutText(text, isSpent() ? limits.spentCharacters : limits.characters);
    used += kept.length;
    return kept;
  };

  return {
    keep,
    keepAll(texts) {
      const kept: string[] = [];
      for (const text of texts) {
        if (kept.length >= (isSpent() ? limits.spentMembers : limits.members)) break;
        kept.push(keep(text));
        used += CHARACTERS_OF_A_MEMBER;
      }
      return kept;
    },
    used: () => used,
    giveBack(characters) {
      used -= characters;
    },
  };
}

/** `text` itself when it is short enough; otherwise its beginning and how many characters are missing. */
export function cutText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const head = text.slice(0, maxCharacters);
  return `${detach(head)}…[${text.length - maxCharacters} more characters]`;
}

/**
 * A slice that does not keep the long string alive which it was cut from, as V8's own slices do. UTF-16 goes there and
 * back without loss, lone surrogates too.
 */
function detach(slice: string): string {
  return Buffer.from(slice, "utf16le").toString("utf16le");
}
