/** Reads lines that surely are events, without making objects of what nobody asks of them. */
import { createLineSlots } from "./line-slots.ts";
import { loadShapes } from "./load-shapes.ts";
import type { RolledEvent } from "./rolled-event.ts";
import { loadScannerModule } from "./scanner-module.ts";
import { LOADED_KINDS, toRolledEvent } from "./to-rolled-event.ts";

export interface EventScanner {
  /** Gives back how much of the content was told: less than all where there are more lines, or the last one has no line feed. */
  scan(content: Buffer, extent: ScanExtent, tell: TellLine): number;
}

export interface ScanExtent {
  readonly firstSeq: number;
  readonly maxLines: number;
  readonly maxLineBytes: number;
}

/** Of each line in turn. */
export type TellLine = (event: ScannedEvent, start: number, end: number) => void;

/** `folded`: it is one, and counted with an earlier one that says the same. `unsure`: whether it is one has to be found out. */
export type ScannedEvent = RolledEvent | "folded" | "unsure";

const PAGE_BYTES = 65_536;
const ALIGNMENT = 16;
const LINE_FEED = 0x0a;
/** What the scanner may read behind the content's end. */
const SLACK_BYTES = 64;

export function createEventScanner(): EventScanner {
  const module = loadScannerModule();
  const { memory, heapBase, linesAt } = module;
  loadShapes(module, LOADED_KINDS);
  const contentAt = Math.ceil(heapBase / ALIGNMENT) * ALIGNMENT;
  let slots = createLineSlots(memory.buffer, linesAt);
  const makeRoom = (end: number): void => {
    const missing = end + SLACK_BYTES - memory.buffer.byteLength;
    if (missing <= 0) return;
    memory.grow(Math.ceil(missing / PAGE_BYTES));
    slots = createLineSlots(memory.buffer, linesAt);
  };
  return {
    scan(content, { firstSeq, maxLines, maxLineBytes }, tell) {
      const end = contentAt + content.length;
      makeRoom(end);
      slots.bytes.set(content, contentAt);
      slots.bytes[end] = LINE_FEED;
      let from = contentAt;
      let told = 0;
      while (from < end && told < maxLines) {
        const count = module.scan({
          from,
          end,
          firstSeq: firstSeq + told,
          maxLines: maxLines - told,
          maxLineBytes,
        });
        if (count === 0) break;
        for (let line = 0; line < count; line += 1) {
          slots.moveTo(line);
          from = slots.end + 1;
          tell(
            slots.isFolded ? "folded" : toRolledEvent(slots),
            slots.start - contentAt,
            slots.end - contentAt,
          );
        }
        told += count;
      }
      return from - contentAt;
    },
  };
}
