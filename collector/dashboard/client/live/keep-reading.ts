/** Reads a stream of the collector's again and again, from where it broke off: until it is ended, or refused. */
import { readEventStream, type StreamedEvent } from "./read-event-stream.ts";

/** `lost`: it is tried again. `refused`: it is not. */
export type ReadingState = "live" | "lost" | "refused";

export interface ReadingOptions {
  readonly onState: (state: ReadingState, status: number) => void;
  readonly onEvent: (event: StreamedEvent) => void;
  /** Kept when there is room for more. */
  readonly room?: () => Promise<void>;
  /** Nothing more comes: asked when the stream has ended. */
  readonly isOver?: () => boolean;
  readonly bounds?: ReadingBounds;
}

export interface ReadingBounds {
  readonly silentMs: number;
  readonly retryMs: number;
}

export interface KeptReading {
  /** From where it broke off; where it goes on already, nothing happens. */
  start(): void;
  stop(): void;
}

/** Two and a half of the collector's beats. */
const USUAL_BOUNDS: ReadingBounds = { silentMs: 25_000, retryMs: 1_000 };

export function keepReading(
  address: string,
  { onState, onEvent, room, isOver = () => false, bounds = USUAL_BOUNDS }: ReadingOptions,
): KeptReading {
  let stopping: AbortController | undefined;
  let lastId = "";
  const read = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && !isOver()) {
      const status = await readOnce(signal);
      if (signal.aborted || isOver()) return;
      if (isRefusal(status)) {
        onState("refused", status);
        return;
      }
      // One that has ended in good order is begun anew: nobody has lost anything.
      if (status !== 200) onState("lost", status);
      await pause(bounds.retryMs);
    }
  };
  const readOnce = async (signal: AbortSignal): Promise<number> => {
    try {
      return await readEventStream(address, {
        lastId,
        signal,
        silentMs: bounds.silentMs,
        room,
        onOpen: () => onState("live", 200),
        onEvent(event) {
          lastId = event.id ?? lastId;
          onEvent(event);
        },
      });
    } catch {
      return 0;
    }
  };
  return {
    start() {
      if (stopping !== undefined) return;
      stopping = new AbortController();
      void read(stopping.signal);
    },
    stop() {
      stopping?.abort();
      stopping = undefined;
    },
  };
}

/** Whatever else it was may be over soon. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
