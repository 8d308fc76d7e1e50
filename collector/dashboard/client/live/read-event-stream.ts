/**
 * Server-sent events as this collector writes them, read by hand: the browser's own reader takes a second for what a long run has, cannot
 * say at its first try what it has already, does not tell why it was refused, and takes a collector that hangs for one that is quiet.
 */
export interface StreamedEvent {
  readonly event: string;
  readonly id: string | undefined;
  /** A line each. */
  readonly data: readonly string[];
}

export interface StreamOptions {
  /** Empty: nothing was read yet. */
  readonly lastId: string;
  readonly signal: AbortSignal;
  /** The collector sends something at least every ten seconds: who hears nothing for so long has lost it. */
  readonly silentMs: number;
  /** Kept when there is room for more: nothing is read before. */
  readonly room?: (() => Promise<void>) | undefined;
  readonly onOpen: () => void;
  readonly onEvent: (event: StreamedEvent) => void;
}

/** Kept when the stream has ended: with the status of its answer. Rejected where nothing answers, or nothing more comes. */
export async function readEventStream(
  address: string,
  { lastId, signal, silentMs, room, onOpen, onEvent }: StreamOptions,
): Promise<number> {
  const ending = new AbortController();
  const silence = createSilence(silentMs, () => ending.abort());
  const stop = (): void => ending.abort();
  signal.addEventListener("abort", stop);
  try {
    const response = await fetch(address, {
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        accept: "text/event-stream",
        ...(lastId !== "" && { "last-event-id": lastId }),
      },
      signal: ending.signal,
    });
    if (!response.ok || response.body === null) return response.status;
    onOpen();
    const parser = createParser(onEvent);
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return response.status;
      parser.add(decoder.decode(value, { stream: true }));
      await room?.();
      silence.break();
    }
  } finally {
    silence.end();
    signal.removeEventListener("abort", stop);
  }
}

interface Silence {
  break(): void;
  end(): void;
}

/** One timer, however often something comes. */
function createSilence(silentMs: number, onSilent: () => void): Silence {
  let heardAt = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - heardAt >= silentMs) onSilent();
  }, silentMs / 4);
  return {
    break() {
      heardAt = performance.now();
    },
    end: () => clearInterval(timer),
  };
}

const DATA = "data: ";

/** Lines end with a line feed alone: that is how they are written. */
function createParser(onEvent: (event: StreamedEvent) => void): {
  add(text: string): void;
} {
  let rest = "";
  let event = "message";
  let id: string | undefined;
  let data: string[] = [];
  const take = (line: string): void => {
    if (line.startsWith(DATA)) data.push(line.slice(DATA.length));
    else if (line.startsWith("event: ")) event = line.slice("event: ".length);
    else if (line.startsWith("id: ")) id = line.slice("id: ".length);
    else if (line === "") {
      if (data.length > 0) onEvent({ event, id, data });
      event = "message";
      id = undefined;
      data = [];
    }
  };
  return {
    add(text) {
      let start = 0;
      for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
        // Most lines by far: cut out once.
        if (rest === "" && text.startsWith(DATA, start)) {
          data.push(text.slice(start + DATA.length, end));
        } else {
          take(rest + text.slice(start, end));
          rest = "";
        }
        start = end + 1;
      }
      rest += text.slice(start);
    },
  };
}
