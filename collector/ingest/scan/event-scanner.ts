/** Reads lines that surely are events, without making objects of what nobody asks of them. */
import { EVENT_SHAPES } from "./event-shapes.ts";
import { createLineSlots } from "./line-slots.ts";
import { loadShapes } from "./load-shapes.ts";
import type { RolledEvent } from "./rolled-event.ts";
import { SCANNED_KINDS } from "./scanned-shape.ts";
import { loadScannerModule } from "./scanner-module.ts";
import { TOLD_MEMBERS, toRolledEvent } from "./to-rolled-event.ts";

export interface EventScanner {
  /** Gives back how much of the content was told: less than all where there are more lines, or the last one has no line feed. */
  scan(content: Buffer, extent: ScanExtent, tell: TellLine): number;
}

export interface ScanExtent {
  readonly firstSeq: number;
  readonly maxLines: number;
}

/** Of each line in turn. Where `event` is undefined, whether it is one has to be found out. */
export type TellLine = (event: RolledEvent | undefined, start: number, end: number) => void;

const PAGE_BYTES = 65_536;
const ALIGNMENT = 16;
const LINE_FEED = 0x0a;
/** What the scanner may read behind the content's end. */
const SLACK_BYTES = 64;

export function createEventScanner(): EventScanner {
  const module = loadScannerModule();
  const { memory, heapBase, linesAt } = module;
  loadShapes(
    module,
    SCANNED_KINDS.map((kind) => ({ kind, shape: EVENT_SHAPES[kind], told: TOLD_MEMBERS[kind] })),
  );
  const contentAt = Math.ceil(heapBase / ALIGNMENT) * ALIGNMENT;
  let slots = createLineSlots(memory.buffer, linesAt);
  const makeRoom = (end: number): void => {
    const missing = end + SLACK_BYTES - memory.buffer.byteLength;
    if (missing <= 0) return;
    memory.grow(Math.ceil(missing / PAGE_BYTES));
    slots = createLineSlots(memory.buffer, linesAt);
  };
  return {
    scan(content, { firstSeq, maxLines }, tell) {
      const end = contentAt + content.length;
      makeRoom(end);
      slots.bytes.set(content, contentAt);
      slots.bytes[end] = LINE_FEED;
      let from = contentAt;
      let told = 0;
      while (from < end && told < maxLines) {
        const count = module.scan(from, end, firstSeq + told, maxLines - told);
        if (count === 0) break;
        for (let line = 0; line < count; line += 1) {
          slots.moveTo(line);
          from = slots.end + 1;
          tell(toRolledEvent(slots), slots.start - contentAt, slots.end - contentAt);
        }
        told += count;
      }
      return from - contentAt;
    },
  };
}
