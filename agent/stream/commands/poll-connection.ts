/** Asks and is answered, where streams are held back. */
import { polledCommandsSchema } from "../../../protocol/index.ts";
import { parseJson } from "../../parse-json.ts";
import type { CommandChannel, CommandReply } from "./command-channel.ts";
import {
  askFor,
  AWAY,
  BAD,
  type ConnectionEnd,
  GOOD,
  handle,
  type Listening,
  readText,
  toRefusal,
} from "./listening.ts";
import { TooMuch } from "./read-events.ts";

export async function listenByPoll(
  channel: CommandChannel,
  listening: Listening,
): Promise<ConnectionEnd> {
  const { times, bounds, counts, leaving } = listening;
  counts.polls += 1;
  const query = `?wait=${Math.floor(times.pollMs / 1_000)}`;
  const { request, judge } = askFor(query, listening);
  const deadline = AbortSignal.timeout(times.pollMs + times.firstMessageMs);
  try {
    const signal = AbortSignal.any([leaving, deadline]);
    const reply = await channel.send(request, signal);
    const refusal = await toRefusal(reply, "application/json");
    if (refusal !== undefined) return refusal;
    for (const text of await readPolled(reply, bounds.burstBytes))
      if (!handle(text, judge, listening)) return BAD;
    return GOOD;
  } catch (error) {
    if (!(error instanceof TooMuch)) return AWAY;
    counts.flooded += 1;
    return BAD;
  }
}

/** The messages of one answer, each as its text. Throws `TooMuch`. */
async function readPolled(reply: CommandReply, maxBytes: number): Promise<string[]> {
  const text = await readText(reply, maxBytes);
  const polled = polledCommandsSchema.safeParse(parseJson(text));
  return polled.success ? polled.data.messages.map((one) => JSON.stringify(one)) : [text];
}
