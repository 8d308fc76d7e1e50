import type { Microseconds } from "../observation.ts";
import type { EventBody, EventStream } from "./event-stream.ts";

/** What is written waits until it is released; from then on nothing does. */
export interface HeldStream extends EventStream {
  release(): void;
}

export function createHeldStream(stream: EventStream): HeldStream {
  const held: { readonly body: EventBody; readonly at: Microseconds }[] = [];
  let isHeld = true;
  return {
    write(body, at) {
      if (isHeld) held.push({ body, at });
      else stream.write(body, at);
    },
    release() {
      isHeld = false;
      for (const { body, at } of held.splice(0)) stream.write(body, at);
    },
  };
}
