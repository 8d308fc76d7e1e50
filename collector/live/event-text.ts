/** Server-sent events as they are written (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface ServerSentEvent {
  readonly event: string;
  /** What a client that comes back says that it has. */
  readonly id?: string;
  /** JSON; of several values each in a line of its own. */
  readonly data: string;
}

/** Nothing but white space of JSON is a carriage return: a string has it escaped. */
const LINE_END = /\r\n|\n|\r/g;

export function toEventText({ event, id, data }: ServerSentEvent): string {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return `event: ${event}\n${head}data: ${data.replaceAll("\r", " ").replaceAll(LINE_END, "\ndata: ")}\n\n`;
}

/** Tells whoever is on the way that the stream goes on. */
export const HEARTBEAT = ": \n\n";
