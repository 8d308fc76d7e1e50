/** A proxy between agent and collector that does with answers what it likes. */
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** From 1, of those that ask for commands. */
  readonly listening: number;
  /** The collector's answer, with its head passed on already. */
  readonly answer: AsyncIterable<Buffer>;
}

/** What becomes of an answer; undefined: it is passed on. */
export type Meddle = (exchange: Exchange) => Promise<void> | undefined;

export interface ManInTheMiddle extends AsyncDisposable {
  readonly port: number;
}

export async function startManInTheMiddle(url: string, meddle: Meddle): Promise<ManInTheMiddle> {
  let listened = 0;
  const server = createServer((request, response) => {
    const isListening = request.method === "GET";
    if (isListening) listened += 1;
    const listening = listened;
    const onward = requestHttp(
      new URL(request.url ?? "/", url),
      { method: request.method ?? "GET", headers: request.headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        const ended = isListening
          ? meddle({ request, response, listening, answer })
          : meddle({ request, response, listening: 0, answer });
        if (ended === undefined) answer.pipe(response);
        else void ended.catch(() => undefined).then(() => response.destroy());
      },
    );
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: toPort(server.address()),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Whole server-sent events, as they come. */
export async function* toEvents(answer: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of answer) {
    text += chunk.toString("utf8");
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) yield `${event}\n\n`;
  }
}

export function isCommandEvent(event: string): boolean {
  return event.startsWith("id:");
}

function toPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("a server without a port");
  return address.port;
}
