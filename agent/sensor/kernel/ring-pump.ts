/** Empties the ring, on its own from time to time and when it is asked to, and tells what was lost. */
import { setImmediate as nextTurn } from "node:timers/promises";

import type { Observer } from "../sensor.ts";
import type { SharedState } from "./counters.ts";
import type { RecordDecoder } from "./decode-record.ts";
import type { RingReader } from "./ring-reader.ts";

/** Between looks at the ring. At the highest rate measured (150 MB/s of records) it then fills to two fifths. */
const POLL_MS = 20;
/** How long one look may take before the agent attends to anything else. */
const DRAIN_MS = 50;
/** How long to wait for a record that is not finished because its writer was interrupted. */
const STUCK_MS = 1000;

export interface RingPump {
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
  let immediate: NodeJS.Immediate | undefined;
  const stopping = new AbortController();

  /** Takes what there is, for a bounded time. Returns whether more is waiting. */
  const turn = (): boolean => {
    const hasMore = reader.drain((data, offset, length) => {
      const observation = decode(data, offset, length);
      if (observation) observe(observation);
    }, performance.now() + DRAIN_MS);
    const at = Date.now() * 1000;
    for (const loss of shared.takeLosses()) {
      observe({ kind: "loss", at, sensor: "kernel", ...loss });
    }
    return hasMore;
  };
  const run = (): void => {
    if (immediate) return;
    if (!turn()) return;
    immediate = setImmediate(() => {
      immediate = undefined;
      run();
    });
  };

  return {
    start() {
      timer = setInterval(run, POLL_MS).unref();
    },
    async readAllWritten() {
      const written = reader.written();
      let deadline = performance.now() + STUCK_MS;
      while (!stopping.signal.aborted) {
        const hasMore = turn();
        if (reader.hasRead(written)) return;
        if (hasMore) deadline = performance.now() + STUCK_MS;
        // One record that is being written holds up all that follow it.
        else if (performance.now() > deadline) return;
        await nextTurn();
      }
    },
    stop() {
      stopping.abort();
      clearInterval(timer);
      clearImmediate(immediate);
    },
  };
}
