/** Batches in files of a directory, so that they outlive the guard. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { toErrorText } from "../../errors.ts";
import type { BatchStore, Position, WaitingBatch } from "./batch-store.ts";
import { HEAD_BYTES, readRecord, type RecordHead, toRecordHead } from "./record-format.ts";
import { createSegment, openSegment, type Segment } from "./segment.ts";
import { createStateFile } from "./state-file.ts";

export interface DiskStoreOptions {
  /** Of this run alone, the guard's own. */
  readonly directory: string;
  /** A file of more is followed by another. */
  readonly segmentBytes: number;
  /** A batch could not be written, or a file not be removed; undefined: one could be written again. */
  readonly onTrouble: (reason: string | undefined) => void;
}

export interface DiskStore extends BatchStore {
  readonly position: Position | undefined;
  /** Events that the guard had told, as far as that was noted. */
  readonly toldBefore: number;
}

interface Entry {
  readonly head: RecordHead;
  segment: Segment;
  at: number;
  /** Of the newest ones: mostly they are sent before anything is read. */
  content: Buffer | undefined;
}

export const SEGMENT_NAME = /^segment-(\d{8})$/;
const MAX_CACHED_BYTES = 1_048_576;

/** Throws what the system says where the directory cannot be read. */
export function openDiskStore(options: DiskStoreOptions): DiskStore {
  const { directory, segmentBytes, onTrouble } = options;
  const state = createStateFile(directory);
  const { entries, lastNumber, segments } = recover(directory);
  let number = lastNumber;
  let current: Segment | undefined;
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  let cachedBytes = 0;
  let isInTrouble = false;

  const report = (trouble: string): void => {
    isInTrouble = true;
    onTrouble(`the spool ${directory}: ${trouble}`);
  };
  const write = (head: Buffer, content: Buffer): { segment: Segment; at: number } => {
    if (current !== undefined && current.bytes >= segmentBytes) {
      current.seal();
      const full = current;
      current = undefined;
      release(full);
    }
    if (current === undefined) {
      number += 1;
      current = createSegment(join(directory, `segment-${String(number).padStart(8, "0")}`));
    }
    const segment = current;
    const at = segment.append([head, content]);
    bytes += head.length + content.length;
    segment.wantedBytes += head.length + content.length;
    segment.wantedRecords += 1;
    return { segment, at };
  };
  /** A segment that nothing is wanted of. */
  const release = (segment: Segment): void => {
    if (segment.wantedRecords > 0 || segment === current) return;
    if (segment.remove()) bytes -= segment.bytes;
    else report("a file of it cannot be removed");
  };
  const leave = ({ segment, head }: Pick<Entry, "segment" | "head">): void => {
    segment.wantedBytes -= HEAD_BYTES + head.contentBytes;
    segment.wantedRecords -= 1;
    release(segment);
  };
  /** What is spared holds up a file for a few of its records: they go where room is not lost. */
  const moveRest = (segment: Segment): void => {
    if (segment === current || segment.wantedBytes >= segment.bytes / 2) return;
    for (const entry of entries) {
      if (entry.segment !== segment) continue;
      const content = readContent(entry);
      if (content === undefined) continue;
      try {
        const { head } = entry;
        const place = write(toRecordHead({ ...head, content }), content);
        Object.assign(entry, place);
        leave({ head, segment });
      } catch {
        return;
      }
    }
  };

  return {
    kind: "disk",
    position: state.position,
    toldBefore: state.told,
    get length() {
      return entries.length;
    },
    get bytes() {
      return bytes;
    },
    append(batch) {
      try {
        const place = write(toRecordHead(batch), batch.content);
        const mayCache = cachedBytes + batch.content.length <= MAX_CACHED_BYTES;
        if (mayCache) cachedBytes += batch.content.length;
        entries.push({
          head: toHead(batch),
          ...place,
          content: mayCache ? batch.content : undefined,
        });
        if (isInTrouble) onTrouble(undefined);
        isInTrouble = false;
        return "kept";
      } catch (error) {
        report(`it cannot be written to: ${toErrorText(error)}`);
        return "unwritable";
      }
    },
    head: (index) => entries[index]?.head,
    read(index) {
      const entry = entries[index];
      return entry && readContent(entry);
    },
    remove(index, why) {
      const [entry] = entries.splice(index, 1);
      if (entry === undefined) return;
      cachedBytes -= entry.content?.length ?? 0;
      leave(entry);
      if (why === "evicted") moveRest(entry.segment);
    },
    note: (position) => state.notePosition(position),
    noteTold: (told) => state.noteTold(told),
    [Symbol.dispose]() {
      current?.seal();
      for (const segment of new Set(entries.map((entry) => entry.segment))) segment.close();
      if (current?.wantedRecords === 0) current.remove();
      current?.close();
      state[Symbol.dispose]();
    },
  };
}

function readContent({ content, segment, at, head }: Entry): Buffer | undefined {
  if (content !== undefined) return content;
  try {
    return readRecord(segment.read(at, HEAD_BYTES + head.contentBytes), 0)?.content;
  } catch {
    return undefined;
  }
}

function toHead({ content, ...head }: WaitingBatch): RecordHead {
  return { ...head, contentBytes: content.length };
}

interface Recovered {
  readonly entries: Entry[];
  readonly segments: readonly Segment[];
  readonly lastNumber: number;
}

/** What a guard before left, in the order of its events; behind what is damaged nothing of its file is believed. */
function recover(directory: string): Recovered {
  const names = readdirSync(directory)
    .filter((name) => SEGMENT_NAME.test(name))
    .toSorted();
  const entries: Entry[] = [];
  const segments: Segment[] = [];
  for (const name of names) {
    const segment = readSegment(join(directory, name), entries);
    if (segment !== undefined) segments.push(segment);
  }
  // Of a record that was moved there may be two.
  const seen = new Set<number>();
  const ordered = entries
    .toSorted((one, other) => one.head.fromEvent - other.head.fromEvent)
    .filter((entry) => isFirst(entry, seen));
  const lastNumber = Number(SEGMENT_NAME.exec(names.at(-1) ?? "")?.[1] ?? 0);
  const wanted = segments.filter((segment) => segment.wantedRecords > 0 || !segment.remove());
  return { entries: ordered, segments: wanted, lastNumber };
}

function isFirst({ head, segment }: Entry, seen: Set<number>): boolean {
  if (!seen.has(head.fromEvent)) {
    seen.add(head.fromEvent);
    return true;
  }
  segment.wantedBytes -= HEAD_BYTES + head.contentBytes;
  segment.wantedRecords -= 1;
  return false;
}

/** A file that no guard wrote: it is read whole. */
const MAX_SEGMENT_BYTES = 268_435_456;

/** With the records in it that can be used. Undefined where it is no file of a guard. */
function readSegment(path: string, entries: Entry[]): Segment | undefined {
  const segment = openSegment(path);
  if (segment === undefined) return undefined;
  const all = segment.bytes > MAX_SEGMENT_BYTES ? Buffer.alloc(0) : segment.read(0, segment.bytes);
  let at = 0;
  for (let record = readRecord(all, at); record !== undefined; record = readRecord(all, at)) {
    const length = HEAD_BYTES + record.head.contentBytes;
    entries.push({ head: record.head, segment, at, content: undefined });
    segment.wantedBytes += length;
    segment.wantedRecords += 1;
    at += length;
  }
  return segment;
}
