/** Whether what is stored of a run is what its guard signed: every batch, each in its place, and none left out. */
import { createSecretKey } from "node:crypto";

import { BATCH_LIMITS } from "../../protocol/index.ts";
import { DamagedRow, RequestProblem } from "../errors.ts";
import type { RunState, StoredBatch, StoredRemoval, StoredRun } from "../stores/event-store.ts";
import { isSameMac, signBatch } from "./batch-signature.ts";
import { parseBatch } from "./parse-batch.ts";
import { unpack } from "./unpack.ts";

export interface ChainVerdict {
  readonly batches: number;
  readonly events: number;
  /** Undefined: it is whole. */
  readonly fault: string | undefined;
  /** What is said of a run of which no goodbye proves that nothing followed; undefined: one does. */
  readonly openState: RunState | undefined;
  /** Events that came before these and were taken away since they were too old. */
  readonly removedEvents: number;
}

export interface ChainKeys {
  readonly uploadKey: Buffer;
  /** Whether the collector itself says that these batches were too old. */
  readonly isSigned: (removal: StoredRemoval) => boolean;
}

/** `stored`: all of the run's batches that are there, in order. Throws `storage-failed`. */
export function verifyChain(
  run: StoredRun,
  keys: ChainKeys,
  stored: Iterable<StoredBatch>,
): ChainVerdict {
  const check = beginChainCheck(run, keys);
  try {
    for (const batch of stored) if (!check.add(batch)) break;
  } catch (error) {
    return check.endBy(error);
  }
  return check.end();
}

/** The same, a batch at a time. */
export interface ChainCheck {
  /** False: it is broken, and what follows says nothing. Throws `storage-failed`. */
  add(batch: StoredBatch): boolean;
  /** All of them were added. */
  end(): ChainVerdict;
  /** The next one could not be read: throws what is no fault of the run's. */
  endBy(error: unknown): ChainVerdict;
}

export function beginChainCheck(
  { id: runId, acknowledged, lastMac, deadLetters, goodbye, state, removal }: StoredRun,
  { uploadKey, isSigned }: ChainKeys,
): ChainCheck {
  const key = createSecretKey(uploadKey);
  let batches = 0;
  const removedEvents = removal?.seq ?? 0;
  let nextSeq = removedEvents + 1;
  let previousMac = removal?.mac ?? "";
  let unread = 0;
  const openState = goodbye === null ? state : undefined;
  let broken: string | undefined =
    removal !== null && !isSigned(removal)
      ? "what is said to have been too old was not taken away by this collector"
      : undefined;
  const toVerdict = (fault?: string): ChainVerdict => {
    return { batches, events: nextSeq - 1 - removedEvents, fault, openState, removedEvents };
  };
  const findFault = ({ firstSeq, count, encoding, mac, content }: StoredBatch) => {
    if (firstSeq !== nextSeq) return `batch ${nextSeq} is missing`;
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    const expected = signBatch(key, { runId, firstSeq, count, encoding, previousMac }, bytes);
    if (!isSameMac(mac, expected)) return `batch ${firstSeq} is not what its guard signed`;
    const { maxBytes, maxEventBytes } = BATCH_LIMITS;
    const text = unpack(bytes, encoding, maxBytes);
    unread += parseBatch(text, { firstSeq, count, maxEventBytes }).deadLetters.count;
    batches += 1;
    nextSeq += count;
    previousMac = mac;
    return undefined;
  };
  const findFaultOfEnd = (): string | undefined => {
    if (nextSeq - 1 !== acknowledged || previousMac !== lastMac) {
      return `what follows on ${nextSeq - 1} is missing: ${acknowledged} were acknowledged`;
    }
    if (goodbye !== null) {
      const head = {
        runId,
        firstSeq: nextSeq,
        count: 0,
        encoding: "identity",
        previousMac,
      } as const;
      if (!isSameMac(goodbye.mac, signBatch(key, head, Buffer.from(goodbye.content)))) {
        return `the goodbye is not what its guard signed behind event ${nextSeq - 1}`;
      }
    }
    // How many of them were in batches that are not there any more nobody has counted.
    if (removal === null ? unread !== deadLetters : unread > deadLetters) {
      return `${deadLetters} lines were said to be no events, and ${unread} are none`;
    }
    return undefined;
  };
  const endBy = (error: unknown): ChainVerdict => {
    if (!isOfBatch(error)) throw error;
    return toVerdict(`batch ${nextSeq} is no batch: ${error.message}`);
  };
  return {
    add(batch) {
      if (broken !== undefined) return false;
      try {
        broken = findFault(batch);
      } catch (error) {
        broken = endBy(error).fault;
      }
      return broken === undefined;
    },
    end: () => toVerdict(broken ?? findFaultOfEnd()),
    endBy,
  };
}

function isOfBatch(error: unknown): error is Error {
  if (error instanceof RequestProblem) return error.code !== "storage-failed";
  return error instanceof DamagedRow;
}
