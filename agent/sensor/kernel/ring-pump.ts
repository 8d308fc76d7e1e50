/** Empties the ring, on its own from time to time and when it is asked to, and tells what was lost. */
import { setImmediate as nextTurn } from "node:timers/promises";

import type { Observer } from "../sensor.ts";
import type { SharedState } from "./counters.ts";
import type { RecordDecoder } from "./decode-record.ts";
import type { RingReader } from "./ring-reader.ts";

/**
 * Between looks at the ring: what is to be answered has to be known within 20 ms, of which decoding a burst takes some. At the
 * highest rate of records measured (150 MB/s) the ring then fills to a sixth.
 */
const POLL_MS = 8;
/** The same where nothing has come for a while: looking costs some hundredth of a processor, most of it for waking up. */
const IDLE_POLL_MS = 20;
const TURNS_UNTIL_IDLE = 100;
/** Losses are counted in any case; asking takes longer than finding the ring empty. */
const LOSSES_MS = 100;
/** How long one look may take before the agent attends to anything else. */
const DRAIN_MS = 50;
/** How long to wait for a record that is not finished because its writer was interrupted. */
const STUCK_MS = 1000;

export interface RingPump {
  /** What was written until then is never told. */
  start(): void;
  /** Returns when all that was in the ring when it was called has been told. */
  readAllWritten(): Promise<void>;
  /** From then on the ring is not touched any more. */
  stop(): void;
}

export function createRingPump(
  reader: RingReader,
  shared: SharedState,
  { decode, observe }: { decode: RecordDecoder; observe: Observer },
): RingPump {
  let timer: NodeJS.Timeout | undefined;
  let lossTimer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let emptyTurns = 0;
  let isReading = false;
  let beginning = 0;
  const stopping = new AbortController();

  /** Takes what there is, for a bounded time. Returns whether more is waiting; so there is where an observer asks for it meanwhile. */
  const turn = (): boolean => {
    if (isReading) return true;
    isReading = true;
    emptyTurns += 1;
    try {
      return reader.drain((data, offset, length) => {
        emptyTurns = 0;
        if (!reader.hasRead(beginning)) return;
        const observation = decode(data, offset, length);
        if (observation) observe(observation);
      }, performance.now() + DRAIN_MS);
    } finally {
      isReading = false;
    }
  };
  const tellLosses = (): void => {
    const at = Date.now() * 1000;
    for (const loss of shared.takeLosses()) {
      observe({ kind: "loss", at, sensor: "kernel", ...loss });
    }
  };
  const run = (): void => {
    if (immediate) return;
    if (!turn()) return;
    immediate = setImmediate(() => {
      immediate = undefined;
      run();
    });
  };
  const schedule = (): void => {
    const delayMs = emptyTurns < TURNS_UNTIL_IDLE ? POLL_MS : IDLE_POLL_MS;
    timer = setTimeout(() => {
      schedule();
      run();
    }, delayMs).unref();
  };

  return {
    start() {
      beginning = reader.written();
      schedule();
      lossTimer = setInterval(tellLosses, LOSSES_MS).unref();
    },
    async readAllWritten() {
      const written = reader.written();
      let deadline = performance.now() + STUCK_MS;
      while (!stopping.signal.aborted) {
        const hasMore = turn();
        tellLosses();
        if (reader.hasRead(written)) return;
        if (hasMore) deadline = performance.now() + STUCK_MS;
        // One record that is being written holds up all that follow it.
        else if (performance.now() > deadline) return;
        await nextTurn();
      }
    },
    stop() {
      stopping.abort();
      clearTimeout(timer);
      clearInterval(lossTimer);
      clearImmediate(immediate);
    },
  };
}
