const MARK = /\[redacted:[a-z0-9-]{1,64}:[0-9a-f]{16}\]/g;

/**
 * `redacted` is what became of `parts`, joined by blanks; this takes it apart where they were joined. A secret that goes
 * over a border leaves its mark in the part that it begins in, and the blank is gone. What comes back holds nothing that
 * `redacted` does not hold, also where a border cannot be found.
 */
export function splitRedacted(parts: readonly string[], redacted: string): string[] {
  const text = parts.join(" ");
  const split = parts.map(() => "");
  let part = 0;
  let ends = parts[0]?.length ?? 0;
  let at = 0;
  const skipTo = (to: number): void => {
    at = to;
    while (at > ends && part < parts.length - 1) {
      part += 1;
      ends += 1 + (parts[part]?.length ?? 0);
    }
  };
  const append = (piece: string): void => {
    split[part] = (split[part] ?? "") + piece;
  };
  /** Text that stands in both, borders and all. */
  const copy = (piece: string): void => {
    let from = 0;
    while (piece.length - from > ends - at && part < parts.length - 1) {
      append(piece.slice(from, from + ends - at));
      from += ends - at + 1;
      skipTo(ends + 1);
    }
    append(piece.slice(from));
    skipTo(at + piece.length - from);
  };

  let readTo = 0;
  for (const { 0: mark, index } of redacted.matchAll(MARK)) {
    copy(redacted.slice(readTo, index));
    readTo = index + mark.length;
    // It was there before, and stands for itself.
    if (text.startsWith(mark, at)) {
      copy(mark);
      continue;
    }
    append(mark);
    skipTo(findEnd(text, at, redacted.slice(readTo)));
  }
  copy(redacted.slice(readTo));
  return split;
}

/** Where the secret that begins at `from` is over: where the text goes on as it does in what is `left` behind its mark. */
function findEnd(text: string, from: number, left: string): number {
  const nextMark = left.search(MARK);
  if (nextMark === -1) return Math.max(text.length - left.length, from);
  const found = text.indexOf(left.slice(0, nextMark), from + 1);
  return found === -1 ? text.length : found;
}
