import type { Microseconds } from "../observation.ts";
import type { EventBody, EventStream } from "./event-stream.ts";
import { createTurnedAway } from "./turned-away.ts";

/** What is written waits until it is released; from then on nothing does. */
export interface HeldStream extends EventStream {
  release(): void;
}

interface HeldStreamOptions {
  /** Some 500 bytes each. */
  readonly maxHeld: number;
  /** Besides them, of the kinds that all else is there for. */
  readonly maxImportant: number;
}

/** The beginning and the end, findings, and what says that something is missing. */
const IMPORTANT: ReadonlySet<string> = new Set([
  "guard-started",
  "guard-stopped",
  "finding",
  "events-dropped",
]);

export function createHeldStream(
  stream: EventStream,
  { maxHeld, maxImportant }: HeldStreamOptions,
): HeldStream {
  const held: { readonly body: EventBody; readonly at: Microseconds }[] = [];
  const turnedAway = createTurnedAway("guard-not-ready");
  let isHeld = true;
  return {
    write(body, at) {
      const max = IMPORTANT.has(body.kind) ? maxHeld + maxImportant : maxHeld;
      if (!isHeld) stream.write(body, at);
      else if (held.length < max) held.push({ body, at });
      else turnedAway.count(body.kind);
    },
    release() {
      isHeld = false;
      const last = held.at(-1)?.at ?? 0;
      for (const { body, at } of held.splice(0)) stream.write(body, at);
      turnedAway.tell(stream, last);
    },
  };
}
