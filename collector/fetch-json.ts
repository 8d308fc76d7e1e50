/** Asks somebody else over TLS: bounded in time and size, and sent nowhere else. */
import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { type Agent, request as requestHttps } from "node:https";

export interface JsonRequest {
  /** https alone. */
  readonly url: URL;
  /** PEM: trusted instead of those that Node.js knows. */
  readonly authorities?: string | undefined;
  readonly bearer?: string | undefined;
  /** Besides those, or instead of `accept`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** GET, or POST with `json`, unless given. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly json?: unknown;
  /** Of `json`. */
  readonly contentType?: string;
  /** Has connections that are kept: what is sent is sent again where one of them turns out to be closed, and so has to be something that may be done twice. */
  readonly agent?: Agent;
  /** Aborted: nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface JsonReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Undefined where it is no JSON. */
  readonly json: unknown;
}

/** Rejects with what the system says, and where there is more than `maxBytes`. Redirections are answers like any other. */
export async function fetchJson(asked: JsonRequest): Promise<JsonReply> {
  const limit = AbortSignal.timeout(asked.timeoutMs);
  const signal = asked.signal === undefined ? limit : AbortSignal.any([limit, asked.signal]);
  try {
    return await sendTwice(asked, signal);
  } catch (error) {
    if (limit.aborted) throw new Error(`no answer within ${asked.timeoutMs} ms`, { cause: error });
    throw error;
  }
}

async function sendTwice(asked: JsonRequest, signal: AbortSignal): Promise<JsonReply> {
  try {
    return await send(asked, signal);
  } catch (error) {
    if (!(error instanceof ClosedMeanwhile)) throw error;
    const { agent: _, ...anew } = asked;
    return send(anew, signal);
  }
}

/** A kept connection was closed by the other end as the request was sent. */
class ClosedMeanwhile extends Error {}

async function send(asked: JsonRequest, signal: AbortSignal): Promise<JsonReply> {
  const { url, authorities, bearer, json, maxBytes, agent = false } = asked;
  const body = json === undefined ? undefined : JSON.stringify(json);
  const sent = requestHttps(url, {
    method: asked.method ?? (body === undefined ? "GET" : "POST"),
    signal,
    agent,
    minVersion: "TLSv1.2",
    ...(authorities !== undefined && { ca: authorities }),
    headers: {
      accept: "application/json",
      ...asked.headers,
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && {
        "content-type": asked.contentType ?? "application/json",
        "content-length": Buffer.byteLength(body),
      }),
    },
  });
  let isAnswered = false;
  try {
    sent.end(body);
    const [answer]: IncomingMessage[] = await once(sent, "response", { signal });
    if (answer === undefined) throw new Error("no answer");
    isAnswered = true;
    const text = await read(answer, maxBytes);
    return { status: answer.statusCode ?? 0, headers: answer.headers, json: parse(text) };
  } catch (error) {
    if (!isAnswered && sent.reusedSocket && isClosed(error)) throw new ClosedMeanwhile();
    throw error;
  } finally {
    sent.on("error", () => undefined);
    // A connection that has brought its whole answer is kept by its agent all the same.
    sent.destroy();
  }
}

function isClosed(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ECONNRESET" || error.code === "EPIPE")
  );
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
