/** Posts to an address of the operator's: bounded in time and size, sent nowhere else, and outcomes hold no secret. */
import { lookup } from "node:dns";
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

import type { DeliveryOutcome } from "../sink.ts";
import { toRetryAfterMs } from "./retry-after.ts";
import { createSharedLookup } from "./shared-lookup.ts";

export interface Post {
  /** https, or http where the operator has said so. */
  readonly url: URL;
  readonly body: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** PEM: trusted instead of those that Node.js knows. */
  readonly authorities?: string | undefined;
  /** What ends the attempt before its time. */
  readonly signal: AbortSignal;
  readonly timeoutMs?: number | undefined;
}

export interface PostAnswer {
  readonly status: "answered";
  /** Whose answer it is: the host and port that were asked, nothing else of the address, since that may be a secret. */
  readonly host: string;
  readonly code: number;
  /** Its first 64 KiB. The other end has chosen it. */
  readonly body: string;
  readonly retryAfterMs: number | undefined;
}

/** Nobody answered: `reason` says why. */
export interface NoAnswer {
  readonly status: "unanswered";
  readonly reason: string;
}

/** Pagers and chats answer within a second; who has not in ten is asked again later. */
const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;
const sharedLookup = createSharedLookup((host, answered) => {
  // Without an answer there are no addresses, whatever the types say.
  lookup(host, { all: true }, (error, addresses) =>
    answered(error, error === null ? addresses : []),
  );
});
/** Not now: later it may do. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Takes a connection of its own, so that none has to be found dead first. Redirections are answers like any other: nothing is sent
 * where the other end says.
 */
export async function post(asked: Post): Promise<PostAnswer | NoAnswer> {
  const { url, signal, timeoutMs = TIMEOUT_MS } = asked;
  const timeout = AbortSignal.timeout(timeoutMs);
  let sent: ClientRequest | undefined;
  try {
    const end = AbortSignal.any([signal, timeout]);
    sent = send(asked, end);
    const [answer]: IncomingMessage[] = await once(sent, "response", { signal: end });
    if (answer === undefined) throw new Error("no answer");
    return {
      status: "answered",
      host: url.host,
      code: answer.statusCode ?? 0,
      body: await readBeginning(answer),
      retryAfterMs: toRetryAfterMs(answer.headers["retry-after"], Date.now()),
    };
  } catch (error) {
    return { status: "unanswered", reason: describeSilence(asked, timeout, error) };
  } finally {
    sent?.destroy();
  }
}

/** What an answer means for who looks at nothing but its status. `detail` is added to the reason: it has to be fit for showing. */
export function toOutcome(result: PostAnswer | NoAnswer, detail = ""): DeliveryOutcome {
  if (result.status === "unanswered") return { status: "retryable", reason: result.reason };
  const { code, host, retryAfterMs } = result;
  if (code >= 200 && code < 300) return { status: "delivered" };
  const said = `${host} answered ${code}${detail === "" ? "" : `: ${detail}`}`;
  if (code >= 500 || LATER.has(code)) return { status: "retryable", reason: said, retryAfterMs };
  if (code >= 300 && code < 400) {
    return { status: "refused", reason: `${said}; redirections are not followed` };
  }
  return { status: "refused", reason: said };
}

function send(asked: Post, signal: AbortSignal): ClientRequest {
  const { url, body, contentType, headers, authorities } = asked;
  const options = {
    method: "POST",
    signal,
    agent: false,
    lookup: sharedLookup,
    headers: {
      ...headers,
      accept: "application/json",
      "content-type": contentType,
      "content-length": Buffer.byteLength(body),
      "user-agent": "runner-guard-collector",
    },
  } as const;
  const request =
    url.protocol === "http:"
      ? requestHttp(url, options)
      : requestHttps(url, {
          ...options,
          minVersion: "TLSv1.2",
          ...(authorities !== undefined && { ca: authorities }),
        });
  // Whoever waits for the answer hears of it; what comes after that is of no interest.
  request.on("error", () => undefined);
  request.end(body);
  return request;
}

/** What was answered counts, whether the rest of its body comes or not. */
async function readBeginning(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer) {
      const bytes: Buffer = chunk;
      chunks.push(bytes.subarray(0, MAX_ANSWER_BYTES - length));
      length += bytes.length;
      if (length >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // Cut off, or out of time.
  }
  return Buffer.concat(chunks).toString();
}

/** By codes alone: what messages say may hold parts of the request. */
function describeSilence(asked: Post, timeout: AbortSignal, error: unknown): string {
  const { url, signal, timeoutMs = TIMEOUT_MS } = asked;
  if (signal.aborted) return `the attempt was ended before ${url.host} answered`;
  if (timeout.aborted) return `${url.host} did not answer within ${timeoutMs / 1000} s`;
  return `${url.host} could not be asked: ${codeOf(error)}`;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "the connection failed";
}
