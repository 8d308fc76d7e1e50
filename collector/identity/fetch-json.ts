/** Asks somebody else over TLS: bounded in time and size, and sent nowhere else. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";

export interface JsonRequest {
  /** https alone. */
  readonly url: URL;
  /** PEM: trusted instead of those that Node.js knows. */
  readonly authorities?: string | undefined;
  readonly bearer?: string | undefined;
  /** Absent: a GET. */
  readonly json?: unknown;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface JsonReply {
  readonly status: number;
  /** Undefined where it is no JSON. */
  readonly json: unknown;
}

/** Rejects with what the system says, and where there is more than `maxBytes`. Redirections are answers like any other. */
export async function fetchJson(asked: JsonRequest): Promise<JsonReply> {
  const { url, authorities, bearer, json, timeoutMs, maxBytes } = asked;
  const body = json === undefined ? undefined : JSON.stringify(json);
  const signal = AbortSignal.timeout(timeoutMs);
  const sent = requestHttps(url, {
    method: body === undefined ? "GET" : "POST",
    signal,
    agent: false,
    minVersion: "TLSv1.2",
    ...(authorities !== undefined && { ca: authorities }),
    headers: {
      accept: "application/json",
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      }),
    },
  });
  try {
    sent.end(body);
    const [answer]: IncomingMessage[] = await once(sent, "response", { signal });
    if (answer === undefined) throw new Error("no answer");
    return { status: answer.statusCode ?? 0, json: parse(await read(answer, maxBytes)) };
  } finally {
    sent.on("error", () => undefined);
    sent.destroy();
  }
}

async function read(answer: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
