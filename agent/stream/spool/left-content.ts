/** What a dead guard's run holds, as far as its bytes and heads tell: nobody unpacks what may not be sent. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { SEGMENT_NAME } from "./disk-store.ts";
import { HEAD_BYTES, readHead } from "./record-format.ts";
import { openSegment, type Segment } from "./segment.ts";

/** Of batches, without what the guard notes beside them. */
export function measureLeft(path: string): number {
  return listSegments(path).reduce((sum, segment) => sum + measure(segment), 0);
}

/** Also how a guard started is important, but for findings it is the first that it tells. */
export function hasFindings(path: string): boolean {
  return listSegments(path).some((name) => {
    const segment = openSegment(name);
    if (segment === undefined) return false;
    try {
      return holdsFinding(segment);
    } catch {
      return false;
    } finally {
      segment.close();
    }
  });
}

/** One of the greatest length, of batches as small as they come. */
const MAX_LOOKS = 16_384;

function holdsFinding(segment: Segment): boolean {
  let at = 0;
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const head = readHead(segment.read(at, HEAD_BYTES));
    if (head === undefined) return false;
    if (head.isImportant && head.fromEvent > 1) return true;
    at += HEAD_BYTES + head.contentBytes;
  }
  return false;
}

function listSegments(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => SEGMENT_NAME.test(name))
      .map((name) => join(path, name));
  } catch {
    // Whoever sends it tells what is wrong with it.
    return [];
  }
}

function measure(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
