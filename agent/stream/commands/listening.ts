/** What connections of both kinds do with what they get, and what is known of all of them. */
import { randomBytes } from "node:crypto";

import { LAST_NUMBER_HEADER, MAC_HEADER, NONCE_HEADER } from "../../../protocol/index.ts";
import type { CommandReply, CommandRequest } from "./command-channel.ts";
import { createMessageJudge, type MessageJudge } from "./command-order.ts";
import type { CommandProof } from "./command-proof.ts";
import type { Obedience } from "./obedience.ts";
import { type EventBounds, TooMuch } from "./read-events.ts";

export interface ListenTimes {
  /** Until the first message of a stream: beyond that somebody on the way holds it back. */
  readonly firstMessageMs: number;
  /** A connection that lasts for as long is one. */
  readonly steadyMs: number;
  /** Between two messages. */
  readonly silenceMs: number;
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** Of one question, where streams are held back. */
  readonly pollMs: number;
  /** Between two of them. */
  readonly pollPauseMs: number;
  readonly answerTimeoutMs: number;
}

export interface ListenCounts {
  /** Connections that brought at least one message of the collector's. */
  connections: number;
  /** Questions, where streams are held back. */
  polls: number;
  obeyedOrRefused: number;
  /** Commands whose number was taken before. */
  repeated: number;
  gaps: number;
  /** Of the gaps those since a command was last taken. */
  gapsInARow: number;
  foreign: number;
  garbled: number;
  /** Too long, or too much. */
  flooded: number;
  silent: number;
}

/** What every connection of a listener has. */
export interface Listening {
  readonly runId: string;
  readonly times: ListenTimes;
  readonly bounds: EventBounds;
  readonly proof: CommandProof;
  readonly obedience: Obedience;
  readonly counts: ListenCounts;
  /** Somebody between agent and collector sent what is not the collector's. In words, from a short list. */
  readonly onForeign: (reason: string) => void;
  /** There are commands that do not come, though they were asked for again and again. */
  readonly onWithheld: () => void;
  /** Aborted: the connection is to be left. */
  readonly leaving: AbortSignal;
}

/** How a connection came to its end. `held-back`: it was there, and brought nothing. */
export interface ConnectionEnd {
  readonly status: "good" | "away" | "held-back" | "bad";
  readonly retryAfterMs: number;
}

export const BAD: ConnectionEnd = { status: "bad", retryAfterMs: 0 };
export const GOOD: ConnectionEnd = { status: "good", retryAfterMs: 0 };
export const AWAY: ConnectionEnd = { status: "away", retryAfterMs: 0 };

const NONCE_BYTES = 16;
/** A ping that overtakes a command makes one, and a connection that breaks another. */
const GAPS_OF_WITHHOLDING = 3;
/** Of what says why not. */
const MAX_REFUSAL_BYTES = 65_536;

/** With a nonce of its own, which the pings that answer it are signed over. */
export function askFor(
  query: string,
  { runId, proof, obedience }: Listening,
): { readonly request: CommandRequest; readonly judge: MessageJudge } {
  const nonce = randomBytes(NONCE_BYTES).toString("hex");
  const { settled } = obedience;
  return {
    request: {
      method: "GET",
      path: `v1/runs/${runId}/commands${query}`,
      headers: {
        accept: query === "" ? "text/event-stream" : "application/json",
        [NONCE_HEADER]: nonce,
        [LAST_NUMBER_HEADER]: String(settled),
        [MAC_HEADER]: proof.signListen(nonce, settled),
      },
    },
    judge: createMessageJudge({ proof, nonce, taken: () => obedience.taken }),
  };
}

/** Undefined: it is what was asked for. */
export async function toRefusal(
  reply: CommandReply,
  contentType: string,
): Promise<ConnectionEnd | undefined> {
  const { code, retryAfterMs } = reply;
  if (code === 200 && reply.contentType.startsWith(contentType)) return undefined;
  await drain(reply);
  return { status: code === 429 || code < 500 ? "bad" : "away", retryAfterMs };
}

/** False: the connection is to be left. */
export function handle(
  text: string,
  judge: MessageJudge,
  { onForeign, onWithheld, obedience, counts }: Listening,
): boolean {
  const verdict = judge.judge(text);
  switch (verdict.status) {
    case "ping":
      return true;
    case "next":
      if (!obedience.take(verdict.command)) return false;
      counts.obeyedOrRefused += 1;
      counts.gapsInARow = 0;
      return true;
    case "again":
      counts.repeated += 1;
      obedience.repeat(verdict.command);
      return true;
    case "gap":
      counts.gaps += 1;
      counts.gapsInARow += 1;
      if (counts.gapsInARow === GAPS_OF_WITHHOLDING) onWithheld();
      return false;
    case "garbled":
      counts.garbled += 1;
      return false;
    case "foreign":
      break;
  }
  counts.foreign += 1;
  onForeign(verdict.reason);
  return false;
}

/** Throws `TooMuch`. */
export async function readText({ body }: CommandReply, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new TooMuch("the answer is too long");
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** So that its connection can be used again; nothing of it is kept. */
export async function drain(reply: CommandReply): Promise<void> {
  await readText(reply, MAX_REFUSAL_BYTES);
}
