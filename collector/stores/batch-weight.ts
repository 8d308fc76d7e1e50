/** What a batch is of the load on the disk, and of what its run may have there. */
import type { NewBatch } from "./event-store.ts";

/** More than the columns of a row take besides text of any length, and less than it costs in time. */
const ROW_BYTES = 1_024;

type Weighed = Pick<NewBatch, "content" | "deadLetters" | "rollup">;

/** Stored beside the batch itself. */
export function countRows({ deadLetters, rollup }: Weighed): number {
  const { destinations, names, programs, findings, drops } = rollup;
  const counted = destinations.length + names.length + programs.length + drops.length;
  return deadLetters.first.length + findings.length + counted;
}

/** Findings are stored unpacked, each with the texts that its agent chose. */
export function toStoredBytes(batch: Weighed): number {
  let bytes = batch.content.length + countRows(batch) * ROW_BYTES;
  for (const { id, rule, message, technique, evidence } of batch.rollup.findings) {
    for (const text of [id, rule, message, technique, evidence])
      bytes += Buffer.byteLength(text ?? "");
  }
  return bytes;
}
