const LINE_FEED = 0x0a;

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** The lines of a stream, none longer than that. Throws what `toError` makes of one that is. */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  toError: (number: number) => Error,
): AsyncIterable<Line> {
  let rest: Buffer[] = [];
  let length = 0;
  let number = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      const part = chunk.subarray(start, end === -1 ? chunk.length : end);
      length += part.length;
      if (length > maxBytes) throw toError(number);
      rest.push(part);
      if (end === -1) break;
      yield { number, text: Buffer.concat(rest).toString() };
      [rest, length, start] = [[], 0, end + 1];
      number += 1;
    }
  }
  if (length > 0) yield { number, text: Buffer.concat(rest).toString() };
}
