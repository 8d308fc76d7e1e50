/** What an agent does on the wire for its commands, for tests of the collector: listens, checks what it hears, answers. */
import { createHmac, hkdfSync, randomBytes } from "node:crypto";

import {
  type CommandMessage,
  commandMessageSchema,
  FROM_AGENT_KEY_INFO,
  LAST_NUMBER_HEADER,
  MAC_HEADER,
  NONCE_HEADER,
  polledCommandsSchema,
  type SignedCommand,
  type StartRunResponse,
  TO_AGENT_KEY_INFO,
  toAnswerHead,
  toCommandHead,
  toListenText,
  toPingText,
} from "../../../protocol/index.ts";
import { ask, type Reply } from "./guard-client.ts";

export interface ListenerOptions {
  readonly url: string;
  readonly token: string;
  readonly run: Pick<StartRunResponse, "runId" | "uploadKey">;
}

export interface HeardMessages extends AsyncDisposable {
  readonly status: number;
  /** The next one that is whole; undefined: the stream has ended. */
  next(): Promise<CommandMessage | undefined>;
}

export class AgentListener {
  readonly #options: ListenerOptions;
  readonly nonce = randomBytes(16).toString("hex");

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  headers(lastNumber = 0): Record<string, string> {
    const text = toListenText(this.#options.run.runId, this.nonce, lastNumber);
    return {
      [NONCE_HEADER]: this.nonce,
      [LAST_NUMBER_HEADER]: String(lastNumber),
      [MAC_HEADER]: this.#sign(FROM_AGENT_KEY_INFO, text),
    };
  }

  async listen(headers = this.headers()): Promise<HeardMessages> {
    const { url, token, run } = this.#options;
    const leaving = new AbortController();
    const response = await fetch(new URL(`/v1/runs/${run.runId}/commands`, url), {
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: leaving.signal,
    });
    const messages = readMessages(response.body ?? new ReadableStream());
    return {
      status: response.status,
      async next() {
        const { value, done } = await messages.next();
        return done === true ? undefined : value;
      },
      async [Symbol.asyncDispose]() {
        leaving.abort();
        await messages.return(undefined).catch(() => undefined);
      },
    };
  }

  async poll(wait: number, lastNumber = 0): Promise<readonly CommandMessage[]> {
    const { url, token, run } = this.#options;
    const path = `/v1/runs/${run.runId}/commands?wait=${wait}`;
    const { body } = await ask(url, token, path, undefined, this.headers(lastNumber));
    return polledCommandsSchema.parse(body).messages;
  }

  answer(number: number, answer: { state: string; reason?: string }): Promise<Reply> {
    const { url, token, run } = this.#options;
    const body = JSON.stringify(answer);
    const path = `/v1/runs/${run.runId}/commands/${number}`;
    return ask(url, token, path, body, this.answerHeaders(number, body));
  }

  answerHeaders(number: number, body: string): Record<string, string> {
    const { runId } = this.#options.run;
    return { [MAC_HEADER]: this.#sign(FROM_AGENT_KEY_INFO, toAnswerHead(runId, number) + body) };
  }

  isGenuine(message: CommandMessage): boolean {
    const { runId } = this.#options.run;
    const text =
      "ping" in message
        ? toPingText(runId, this.nonce, message)
        : toCommandHead(runId, message) + message.body;
    return message.mac === this.#sign(TO_AGENT_KEY_INFO, text);
  }

  #sign(info: string, text: string): string {
    const { runId, uploadKey } = this.#options.run;
    const key = hkdfSync("sha256", Buffer.from(uploadKey, "hex"), runId, info, 32);
    return createHmac("sha256", Buffer.from(key)).update(text).digest("hex");
  }
}

export function isCommand(message: CommandMessage | undefined): message is SignedCommand {
  return message !== undefined && "number" in message;
}

async function* readMessages(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<CommandMessage, undefined, undefined> {
  let text = "";
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString("utf8");
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const [, data = ""] = /^data: (.*)$/m.exec(event) ?? [];
      yield commandMessageSchema.parse(JSON.parse(data));
    }
  }
  return undefined;
}
