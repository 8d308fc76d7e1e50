import type { Found } from "../../redact/found.ts";
import type { RedactingStream, Redaction } from "../../redact/redaction.ts";
import { type CountedStream, createCountedStream } from "./counted-stream.ts";
import { createFindings } from "./findings.ts";
import { createTally, type Tally } from "./tally.ts";

/** A log on its way, and what is noted of it: that takes a look at every line, so it is done for those who ask. */
export interface ObservedLog extends Omit<Tally, "add"> {
  openStream(emit: (bytes: Uint8Array) => void): RedactingStream;
  readonly lines: number;
  readonly bytes: number;
  /** The first ones. */
  readonly listed: readonly Found[];
}

export function createObservedLog(redaction: Redaction, maxListed: number): ObservedLog {
  const tally = createTally();
  const findings = createFindings(maxListed);
  let stream: CountedStream | undefined;
  const onFound = (found: Found): void => {
    tally.add(found);
    findings.add(found);
  };
  return {
    byRule: tally.byRule,
    byEncoding: tally.byEncoding,
    listed: findings.listed,
    openStream(emit) {
      stream = createCountedStream(redaction.openStream({ emit, onFound }));
      return stream;
    },
    get total() {
      return tally.total;
    },
    get lines() {
      return stream?.lines ?? 0;
    },
    get bytes() {
      return stream?.bytes ?? 0;
    },
  };
}
