/** Which kinds of events a batch has, as a number that a query can ask of. */
import type { GuardEvent } from "../../../protocol/index.ts";

/** A kind's bit is its place. What is stored was written by it: new ones go to the end, and none goes away. */
const KINDS = [
  "guard-started",
  "guard-stopped",
  "heartbeat",
  "events-dropped",
  "process-started",
  "process-exited",
  "connection",
  "dns-query",
  "file-written",
  "file-read",
  "memory-access",
  "privileged-operation",
  "finding",
  "secret-found",
  "resource-sample",
  "posture",
] as const satisfies readonly GuardEvent["kind"][];

const BITS: ReadonlyMap<string, number> = new Map(KINDS.map((kind, index) => [kind, 1 << index]));

/** Of every batch, also of one that has no event. */
const ALWAYS = 0x40_00_00_00;
/** What a list that names no kind, or one that has no bit, is asked with. */
const ANY = 0x7f_ff_ff_ff;

export function toKindBits(kinds: Iterable<string>): number {
  let bits = ALWAYS;
  for (const kind of kinds) bits |= BITS.get(kind) ?? ANY;
  return bits;
}

export function toKindMask(kind: string | null): number {
  return kind === null ? ANY : (BITS.get(kind) ?? ANY);
}

/** For batches that may have one of them. */
export function toKindsMask(kinds: readonly string[]): number {
  let mask = 0;
  for (const kind of kinds) mask |= toKindMask(kind);
  return mask;
}
