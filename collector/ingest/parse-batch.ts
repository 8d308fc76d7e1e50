/** A batch's NDJSON as events. What is no event is set aside with the reason; the rest of its batch lives. */
import { isAscii } from "node:buffer";

import type { GuardEvent } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import type { DeadLetters } from "../stores/batch.ts";
import { parseLine } from "./parse-line.ts";

export interface ParsedBatch {
  readonly events: readonly GuardEvent[];
  readonly deadLetters: DeadLetters;
}

export interface BatchExtent {
  readonly firstSeq: number;
  readonly count: number;
  readonly maxEventBytes: number;
}

const LINE_FEED = 0x0a;
/** They say what is wrong with the guard; ten thousand pack to 20 bytes. */
const MAX_TOLD = 10;

/** One event a line, each line ended by a line feed. Throws `bad-request` where lines and head do not agree. */
export function parseBatch(
  content: Buffer,
  { firstSeq, count, maxEventBytes }: BatchExtent,
): ParsedBatch {
  const events: GuardEvent[] = [];
  const first: DeadLetters["first"][number][] = [];
  const readLine = createLineReader(content);
  let start = 0;
  let seq = firstSeq;
  while (start < content.length) {
    const end = content.indexOf(LINE_FEED, start);
    if (end === -1) throw new RequestProblem("bad-request", "the last line has no line feed");
    if (seq - firstSeq >= count) break;
    const parsed =
      end - start > maxEventBytes
        ? `it is longer than ${maxEventBytes} bytes`
        : parseLine(readLine(start, end), seq);
    if (typeof parsed !== "string") events.push(parsed);
    else if (first.length < MAX_TOLD) first.push({ seq, reason: parsed });
    seq += 1;
    start = end + 1;
  }
  if (start < content.length || seq - firstSeq !== count) {
    throw new RequestProblem(
      "bad-request",
      `the batch has not the ${count} lines that its head says`,
    );
  }
  return { events, deadLetters: { count: count - events.length, first } };
}

/** Text of ASCII alone, which most is, is made of the bytes at once; a part of it costs next to nothing. */
function createLineReader(content: Buffer): (start: number, end: number) => string {
  if (!isAscii(content)) return (start, end) => content.toString("utf8", start, end);
  const text = content.toString("latin1");
  return (start, end) => text.slice(start, end);
}
