import type { Socket } from "node:net";

import { connectMarkedTcp } from "../marked-socket.ts";
import { createAnswerReader } from "./answer-reader.ts";
import { toFrame } from "./tcp-frame.ts";
import { toKinship, toMessageId } from "./upstream-answer.ts";
import { toNetworkReason } from "./upstream-network-error.ts";
import { toAskedQuestion, type AskedQuestion, type WireQuestion } from "./upstream-question.ts";
import type { AskingForm, TransportOptions, TransportReply } from "./upstream-transport.ts";

export interface UpstreamTcpConnection extends Disposable {
  /** Takes another question. */
  readonly isUsable: boolean;
  readonly isClosed: boolean;
  readonly hasAnswered: boolean;
  ask(
    question: WireQuestion,
    form: AskingForm,
    onReply: (reply: TransportReply) => void,
  ): () => void;
}

interface Entry extends AskedQuestion {
  readonly askedAtMs: number;
  onReply: ((reply: TransportReply) => void) | undefined;
}

interface State {
  readonly entries: Map<number, Entry>;
  socket: Socket | undefined;
  idle: NodeJS.Timeout | undefined;
  waiting: number;
  heardAtMs: number;
  hasAnswered: boolean;
  /** Answers are still taken, but it gets no further questions. */
  isStale: boolean;
  isClosed: boolean;
}

export function createUpstreamTcpConnection(options: TransportOptions): UpstreamTcpConnection {
  const state: State = {
    entries: new Map(),
    socket: undefined,
    idle: undefined,
    waiting: 0,
    heardAtMs: 0,
    hasAnswered: false,
    isStale: false,
    isClosed: false,
  };
  open(state, options);
  return {
    get isUsable() {
      return (
        !state.isClosed &&
        !state.isStale &&
        state.entries.size < options.bounds.maxQuestionsInFlight
      );
    },
    get isClosed() {
      return state.isClosed;
    },
    get hasAnswered() {
      return state.hasAnswered;
    },
    ask(question, form, onReply) {
      const id = freeId(state, options);
      const asked = toAskedQuestion(question, { id, ...form });
      const entry: Entry = { ...asked, askedAtMs: performance.now(), onReply };
      state.entries.set(id, entry);
      state.waiting += 1;
      clearTimeout(state.idle);
      state.socket?.write(toFrame(entry.message));
      return () => giveUp(state, entry, options);
    },
    [Symbol.dispose]() {
      close(state);
    },
  };
}

function open(state: State, options: TransportOptions): void {
  const opened = connectMarkedTcp({ ...options.resolver, mark: options.mark });
  if (opened.status === "failed") {
    state.isStale = true;
    queueMicrotask(() => end(state, `cannot be asked: ${opened.reason}`));
    return;
  }
  const { socket } = opened;
  const reader = createAnswerReader((message) => receive(state, message, options));
  state.socket = socket;
  socket.setNoDelay(true);
  socket.unref();
  socket.on("data", (chunk: Buffer) => reader.push(chunk));
  socket.on("error", (error) => end(state, toNetworkReason(error)));
  socket.on("close", () => end(state, "broke off the connection"));
}

function receive(state: State, message: Uint8Array, options: TransportOptions): void {
  const id = toMessageId(message);
  const entry = state.entries.get(id);
  const kinship = entry === undefined ? "foreign" : toKinship(message, entry);
  if (entry === undefined || kinship === "foreign") {
    // Over a connection nobody from the side comes in, so it is the resolver itself that makes no sense.
    end(state, "sent something over TCP that is no answer to what was asked");
    return;
  }
  state.entries.delete(id);
  state.heardAtMs = performance.now();
  state.hasAnswered = true;
  const onReply = settle(state, entry, options);
  if (kinship === "bare") onReply?.({ status: "bare" });
  else onReply?.({ status: "replied", message, isFolded: kinship === "folded" });
}

/** Keeps the entry, so that the answer is known when it comes after all. */
function giveUp(state: State, entry: Entry, options: TransportOptions): void {
  if (entry.onReply === undefined) return;
  settle(state, entry, options);
  const isSilent = state.heardAtMs < entry.askedAtMs;
  const silentMs = performance.now() - entry.askedAtMs;
  // The other end may be gone without a word, and a question should not be lost to that twice.
  if (isSilent && silentMs >= options.timeouts.nextServerMs) state.isStale = true;
  if (state.isStale && state.waiting === 0) close(state);
}

function settle(state: State, entry: Entry, { timeouts }: TransportOptions): Entry["onReply"] {
  const { onReply } = entry;
  if (onReply === undefined) return undefined;
  entry.onReply = undefined;
  state.waiting -= 1;
  if (state.waiting === 0) state.idle = setTimeout(close, timeouts.tcpIdleMs, state).unref();
  return onReply;
}

function end(state: State, reason: string): void {
  const waiting = [...state.entries.values()].flatMap((entry) => entry.onReply ?? []);
  close(state);
  for (const onReply of waiting) onReply({ status: "unreachable", reason });
}

function close(state: State): void {
  if (state.isClosed) return;
  state.isClosed = true;
  clearTimeout(state.idle);
  for (const entry of state.entries.values()) entry.onReply = undefined;
  state.entries.clear();
  state.socket?.destroy();
}

function freeId(state: State, { random }: TransportOptions): number {
  let id = random.byte() * 256 + random.byte();
  // Taken are a few hundred at most: as many as may be on their way.
  while (state.entries.has(id)) id = (id + 1) % 65_536;
  return id;
}
