/** HTTP/1.1 by Node's own client: one request after the other, over a connection that is kept. */
import { type Agent, type IncomingMessage, request as requestHttp } from "node:http";

import { toErrorCode, toErrorText } from "../../errors.ts";
import type { Proof } from "../proof/proof.ts";
import type { CollectorAddress } from "./collector-address.ts";
import type { CollectorRequest, Reply, Transport } from "./transport.ts";

export interface HttpTransportOptions {
  readonly address: CollectorAddress;
  /** Makes the connections, with TLS where the address says so. Disposed of with the transport. */
  readonly agent: Agent;
  /** Asked for each request: what is in a file may be renewed. */
  readonly proof: Proof;
  /** Without an answer. */
  readonly timeoutMs: number;
}

/** Some hundred, and with a run what operators want of it: no more than a command may have (131,072). */
const MAX_BODY_BYTES = 135_168;
/** Who asks for more is not obeyed. */
const MAX_RETRY_AFTER_MS = 300_000;

export function createHttpTransport(options: HttpTransportOptions): Transport {
  return {
    async send(request, signal) {
      try {
        const answer = await exchange(request, options, signal);
        return await toReply(answer);
      } catch (error) {
        return { status: "unreachable", reason: describe(error) };
      }
    },
    [Symbol.dispose]: () => options.agent.destroy(),
  };
}

async function exchange(
  { method, path, headers, body, run }: CollectorRequest,
  { address, agent, proof, timeoutMs }: HttpTransportOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  limit.throwIfAborted();
  const bearer = await proof(run, limit);
  limit.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = requestHttp({
    method,
    agent,
    signal: limit,
    host: address.host,
    port: address.port,
    path: `${address.path}${path}`,
    headers: {
      ...headers,
      host: toHostHeader(address),
      authorization: `Bearer ${bearer}`,
      ...(body && { "content-length": body.length }),
    },
  });
  sent.once("response", resolve);
  // Also after the answer, when the connection breaks.
  sent.on("error", reject);
  // The request itself ends no sooner than it has a connection.
  limit.addEventListener("abort", () => reject(limit.reason), { once: true });
  sent.end(body);
  return promise;
}

function toHostHeader({ host, port }: CollectorAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function toReply(answer: IncomingMessage): Promise<Reply> {
  const { statusCode: code = 0, headers } = answer;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length > MAX_BODY_BYTES) {
      answer.destroy();
      return { status: "unreachable", reason: "answers at such length that it is no collector" };
    }
    chunks.push(bytes);
  }
  const body = Buffer.concat(chunks).toString();
  const retryAfterMs = toMilliseconds(headers["retry-after"]);
  return { status: "answered", code, body, retryAfterMs, location: headers.location };
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function toMilliseconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const wanted = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(wanted) ? undefined : Math.min(Math.max(wanted, 0), MAX_RETRY_AFTER_MS);
}

/** What OpenSSL makes of an answer in plain text. */
const NO_TLS: ReadonlySet<string> = new Set([
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
  "ERR_SSL_HTTP_REQUEST",
]);
const SPEAKS_PLAIN =
  "speaks plain http at this port, and no TLS: give http://, or the port of the proxy that speaks https";

function describe(error: unknown): string {
  if (error instanceof AggregateError) {
    const [first] = error.errors;
    return describe(first);
  }
  if (isNamed(error, "TimeoutError")) return "does not answer in time";
  if (isNamed(error, "AbortError")) return "there was no time left for it to answer";
  const code = toErrorCode(error);
  if (NO_TLS.has(code)) return SPEAKS_PLAIN;
  const text = toErrorText(error);
  return code === "" || text.includes(code) ? text : `${code}: ${text}`;
}

/** What aborts a request has the reason for its cause. */
function isNamed(error: unknown, name: "AbortError" | "TimeoutError"): boolean {
  if (!(error instanceof Error)) return false;
  return error.cause === undefined ? error.name === name : isNamed(error.cause, name);
}
