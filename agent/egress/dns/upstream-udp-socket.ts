import type { Socket } from "node:dgram";

import { toFamily } from "../ip-address.ts";
import { openMarkedUdp } from "../marked-socket.ts";
import { toKinship, toMessageId } from "./upstream-answer.ts";
import { toNetworkReason } from "./upstream-network-error.ts";
import { toAskedQuestion, type AskedQuestion, type WireQuestion } from "./upstream-question.ts";
import type { AskingForm, TransportOptions, TransportReply } from "./upstream-transport.ts";

/** Questions to one resolver from one port. Connected, so that the kernel hands over what that resolver's address sent. */
export interface UpstreamUdpSocket extends Disposable {
  /** How many have been asked; ids are never used again, so that a late answer is known for one. */
  readonly asked: number;
  readonly waiting: number;
  readonly isClosed: boolean;
  ask(
    question: WireQuestion,
    form: AskingForm,
    onReply: (reply: TransportReply) => void,
  ): () => void;
}

interface Entry extends AskedQuestion {
  /** None any more: answered, or given up. */
  onReply: ((reply: TransportReply) => void) | undefined;
}

interface State {
  readonly entries: Map<number, Entry>;
  readonly unsent: Uint8Array[];
  socket: Socket | undefined;
  isConnected: boolean;
  isClosed: boolean;
  waiting: number;
}

/** `onDisturbed` is called when something foreign came; the socket is closed by then, for its port is known to somebody. */
export function createUpstreamUdpSocket(
  options: TransportOptions,
  onDisturbed: () => void,
): UpstreamUdpSocket {
  const state: State = {
    entries: new Map(),
    unsent: [],
    socket: undefined,
    isConnected: false,
    isClosed: false,
    waiting: 0,
  };
  open(state, options, onDisturbed);
  return {
    get asked() {
      return state.entries.size;
    },
    get waiting() {
      return state.waiting;
    },
    get isClosed() {
      return state.isClosed;
    },
    ask(question, form, onReply) {
      const id = freeId(state, options);
      const entry: Entry = { ...toAskedQuestion(question, { id, ...form }), onReply };
      state.entries.set(id, entry);
      state.waiting += 1;
      send(state, entry.message);
      return () => void settle(state, entry);
    },
    [Symbol.dispose]() {
      close(state);
    },
  };
}

function open(state: State, { resolver, mark }: TransportOptions, onDisturbed: () => void): void {
  const opened = openMarkedUdp(toFamily(resolver.ip), mark);
  if (opened.status === "failed") {
    queueMicrotask(() =>
      end(state, { status: "unreachable", reason: `cannot be asked: ${opened.reason}` }),
    );
    return;
  }
  const { socket } = opened;
  state.socket = socket;
  const fail = (error: Error): void =>
    end(state, { status: "unreachable", reason: toNetworkReason(error) });
  socket.on("error", fail);
  socket.on("message", (message) => receive(state, message, onDisturbed));
  socket.unref();
  socket.connect(resolver.port, resolver.ip, (error?: Error) => {
    if (error !== undefined && error !== null) return fail(error);
    state.isConnected = !state.isClosed;
    for (const message of state.unsent.splice(0)) send(state, message);
  });
}

function send(state: State, message: Uint8Array): void {
  if (!state.isConnected || state.socket === undefined) {
    state.unsent.push(message);
    return;
  }
  state.socket.send(message, (error) => {
    if (error !== null && error !== undefined) {
      end(state, { status: "unreachable", reason: toNetworkReason(error) });
    }
  });
}

function receive(state: State, message: Uint8Array, onDisturbed: () => void): void {
  if (state.isClosed) return;
  const entry = state.entries.get(toMessageId(message));
  const kinship = entry === undefined ? "foreign" : toKinship(message, entry);
  if (entry === undefined || kinship === "foreign") {
    end(state, { status: "disturbed" });
    onDisturbed();
    return;
  }
  // A second answer, or one that comes late, is dropped here.
  const onReply = settle(state, entry);
  if (kinship === "bare") onReply?.({ status: "bare" });
  else onReply?.({ status: "replied", message, isFolded: kinship === "folded" });
}

function settle(state: State, entry: Entry): Entry["onReply"] {
  const { onReply } = entry;
  if (onReply !== undefined) state.waiting -= 1;
  entry.onReply = undefined;
  return onReply;
}

/** Everything that still waits gets the same reply. */
function end(state: State, reply: TransportReply): void {
  const waiting = [...state.entries.values()];
  close(state);
  for (const entry of waiting) settle(state, entry)?.(reply);
}

function close(state: State): void {
  if (state.isClosed) return;
  state.isClosed = true;
  state.unsent.length = 0;
  state.socket?.close();
}

function freeId(state: State, { random }: TransportOptions): number {
  let id = random.byte() * 256 + random.byte();
  // Taken are a few hundred at most: as many as may be on their way.
  while (state.entries.has(id)) id = (id + 1) % 65_536;
  return id;
}
