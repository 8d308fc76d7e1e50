/** A stored batch as text: an event a line, as its guard sent it, for whoever reads them all. */
import { BATCH_LIMITS } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import { parseBatch } from "./parse-batch.ts";
import type { StoredContent } from "./read-stored.ts";
import { unpack } from "./unpack.ts";

export interface AskedLines {
  /** Lines up to this number are left out. */
  readonly afterSeq: number;
  /** Some lines of the run may be no events: each is looked at, which takes far longer. */
  readonly mayHoldOthers: boolean;
}

/** Throws `storage-failed` where it is no batch any more: it could be read when it was taken. */
export function readEventLines(
  { content, encoding, firstSeq, count }: StoredContent,
  { afterSeq, mayHoldOthers }: AskedLines,
): string {
  const { maxBytes, maxEventBytes } = BATCH_LIMITS;
  try {
    const { buffer, byteOffset, byteLength } = content;
    const text = unpack(Buffer.from(buffer, byteOffset, byteLength), encoding, maxBytes);
    if (mayHoldOthers) {
      const { events } = parseBatch(text, { firstSeq, count, maxEventBytes });
      const wanted = events.filter(({ seq }) => seq > afterSeq);
      return wanted.map((event) => JSON.stringify(event)).join("\n");
    }
    return cutLines(text, afterSeq - firstSeq + 1).trimEnd();
  } catch (error) {
    throw new RequestProblem("storage-failed", "what is stored cannot be read", { cause: error });
  }
}

const LINE_FEED = 0x0a;

/** Without the first ones. */
function cutLines(text: Buffer, lines: number): string {
  let start = 0;
  for (let line = 0; line < lines; line += 1) start = text.indexOf(LINE_FEED, start) + 1;
  return text.toString("utf8", start);
}
