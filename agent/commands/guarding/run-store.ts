/** What waits of one run, on disk. */
import { type DiskStore, openDiskStore } from "../../stream/spool/disk-store.ts";
import type { RunDirectory } from "../../stream/spool/run-directories.ts";

/** A directory is that many files at most, and none is so large that much of it waits for its last record. */
const SEGMENTS = 16;
const SEGMENT_BYTES = { min: 65_536, max: 4_194_304 };

/** Throws what the system says where the directory cannot be read. */
export function openRunStore(
  { path: directory }: RunDirectory,
  { maxBytes }: { readonly maxBytes: number },
  onTrouble: (reason: string | undefined) => void,
): DiskStore {
  const segmentBytes = Math.min(
    Math.max(maxBytes / SEGMENTS, SEGMENT_BYTES.min),
    SEGMENT_BYTES.max,
  );
  return openDiskStore({ directory, segmentBytes, onTrouble });
}
