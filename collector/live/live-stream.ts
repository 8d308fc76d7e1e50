/** One answer that goes on: bounded in what waits for a client that does not read, and in how long it lasts. */
import type { Writable } from "node:stream";

import { HEARTBEAT, type ServerSentEvent, toEventText } from "./event-text.ts";
import type { Unread } from "./unread.ts";

export interface StreamBounds {
  /** Less than what stands between may take for silence. */
  readonly heartbeatMs: number;
  /** Then the client comes back, and is asked again who it is. */
  readonly maxAgeMs: number;
  /** Written, and not taken by the client. */
  readonly maxUnreadBytes: number;
}

export interface StreamSurroundings {
  readonly bounds: StreamBounds;
  readonly unread: Unread;
}

export interface LiveStream {
  /** False: the client has to take what there is before more is written. */
  send(event: ServerSentEvent): boolean;
  readonly mayWrite: () => boolean;
  /** Called once, whoever ends it. */
  end(): void;
}

export interface StreamHandlers {
  /** The client has taken what was written. */
  readonly onDrain: () => void;
  readonly onEnd: () => void;
}

export function openStream(
  answer: Writable,
  { bounds: { heartbeatMs, maxAgeMs, maxUnreadBytes }, unread }: StreamSurroundings,
  { onDrain, onEnd }: StreamHandlers,
): LiveStream {
  let isOver = false;
  const finish = (): void => {
    if (isOver) return;
    isOver = true;
    clearInterval(heart);
    clearTimeout(age);
    onEnd();
  };
  const end = (): void => {
    finish();
    answer.end();
  };
  const heart = setInterval(() => {
    if (answer.writableLength > maxUnreadBytes) answer.destroy();
    else answer.write(HEARTBEAT);
  }, heartbeatMs).unref();
  const age = setTimeout(end, maxAgeMs).unref();
  answer.on("drain", () => {
    unread.forget(answer);
    onDrain();
  });
  answer.once("close", () => {
    // What was ended may still wait for its client.
    unread.forget(answer);
    finish();
  });
  // Who went away is no fault.
  answer.on("error", finish);
  return {
    send(event) {
      if (isOver) return false;
      const mayGoOn = answer.write(toEventText(event));
      unread.note(answer);
      return mayGoOn;
    },
    mayWrite: () => !isOver && !answer.destroyed && !answer.writableNeedDrain,
    end,
  };
}
