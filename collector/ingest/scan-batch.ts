/** A batch as roll-ups ask for it: what `parseBatch` says of it, without making every event of it. */
import { RequestProblem } from "../errors.ts";
import type { DeadLetters } from "../stores/batch.ts";
import type { BatchExtent } from "./parse-batch.ts";
import { parseLine } from "./parse-line.ts";
import { createEventScanner } from "./scan/event-scanner.ts";
import type { RolledEvent } from "./scan/rolled-event.ts";

export interface ScannedBatch {
  readonly events: readonly RolledEvent[];
  readonly deadLetters: DeadLetters;
}

export type ScanBatch = (content: Buffer, extent: BatchExtent) => ScannedBatch;

const LINE_FEED = 0x0a;
/** They say what is wrong with the guard; ten thousand pack to 20 bytes. */
const MAX_TOLD = 10;

/** What it gives throws `bad-request` where lines and head do not agree. */
export function createScanBatch(): ScanBatch {
  const scanner = createEventScanner();
  return (content, { firstSeq, count, maxEventBytes }) => {
    const events: RolledEvent[] = [];
    const first: DeadLetters["first"][number][] = [];
    let seq = firstSeq;
    let deadCount = 0;
    const read = (start: number, end: number): RolledEvent | string =>
      end - start > maxEventBytes
        ? `it is longer than ${maxEventBytes} bytes`
        : parseLine(content.toString("utf8", start, end), seq);
    const extent = { firstSeq, maxLines: count, maxLineBytes: maxEventBytes };
    const told = scanner.scan(content, extent, (scanned, start, end) => {
      if (scanned !== "folded") {
        const event = scanned === "unsure" ? read(start, end) : scanned;
        if (typeof event !== "string") events.push(event);
        else {
          deadCount += 1;
          if (first.length < MAX_TOLD) first.push({ seq, reason: event });
        }
      }
      seq += 1;
    });
    if (told < content.length && content.indexOf(LINE_FEED, told) === -1) {
      throw new RequestProblem("bad-request", "the last line has no line feed");
    }
    if (told < content.length || seq - firstSeq !== count) {
      throw new RequestProblem(
        "bad-request",
        `the batch has not the ${count} lines that its head says`,
      );
    }
    return { events, deadLetters: { count: deadCount, first } };
  };
}
