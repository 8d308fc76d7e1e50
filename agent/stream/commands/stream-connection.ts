/** Listens by server-sent events, for as long as the connection brings what it should. */
import type { CommandChannel } from "./command-channel.ts";
import {
  askFor,
  AWAY,
  BAD,
  type ConnectionEnd,
  GOOD,
  handle,
  type Listening,
  toRefusal,
} from "./listening.ts";
import { readEvents, TooMuch } from "./read-events.ts";

export async function listenByStream(
  channel: CommandChannel,
  listening: Listening,
): Promise<ConnectionEnd> {
  const { times, bounds, counts, leaving } = listening;
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), times.firstMessageMs).unref();
  const { request, judge } = askFor("", listening);
  let heard = 0;
  try {
    const signal = AbortSignal.any([leaving, silence.signal]);
    const reply = await channel.send(request, signal);
    const refusal = await toRefusal(reply, "text/event-stream");
    if (refusal !== undefined) return refusal;
    for await (const text of readEvents(reply.body, bounds)) {
      if (!handle(text, judge, listening)) return heard > 0 ? GOOD : BAD;
      heard += 1;
      if (heard === 1) counts.connections += 1;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), times.silenceMs).unref();
    }
    return heard > 0 ? GOOD : AWAY;
  } catch (error) {
    if (error instanceof TooMuch) {
      counts.flooded += 1;
      return BAD;
    }
    if (!silence.signal.aborted) return heard > 0 ? GOOD : AWAY;
    counts.silent += 1;
    return heard > 0 ? AWAY : { status: "held-back", retryAfterMs: 0 };
  } finally {
    clearTimeout(timer);
  }
}
