/** What the MAC of a batch is over: written down once, since both ends have to mean the same. */
import type { ContentEncoding } from "./ingest.ts";

export interface BatchHead {
  readonly runId: string;
  readonly firstSeq: number;
  readonly count: number;
  readonly encoding: ContentEncoding;
  /** Lower-case hexadecimal; empty for the first batch of a run. Each MAC covers the one before: the batches are a chain. */
  readonly previousMac: string;
}

/**
 * HMAC-SHA-256 under the run's upload key is taken over this text, in UTF-8, and the content as it is sent. No member can hold a line
 * feed, so that two heads never read the same.
 */
export function toMacHead({ runId, firstSeq, count, encoding, previousMac }: BatchHead): string {
  return `runner-guard batch 1\n${runId}\n${firstSeq}\n${count}\n${encoding}\n${previousMac}\n`;
}
