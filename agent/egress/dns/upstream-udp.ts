import type { Transport, TransportOptions } from "./upstream-transport.ts";
import { createUpstreamUdpSocket, type UpstreamUdpSocket } from "./upstream-udp-socket.ts";

/**
 * Questions from ports that change (RFC 5452 §9.2): a forger from the side has to hit one of a few ports, for as long as
 * that port asks, and the id, and the case of the name's letters.
 */
export function createUpstreamUdp(options: TransportOptions, onDisturbed: () => void): Transport {
  const { bounds, random } = options;
  const slots = new Map<number, UpstreamUdpSocket>();
  const worn: UpstreamUdpSocket[] = [];
  let isDisposed = false;

  const open = (): UpstreamUdpSocket => createUpstreamUdpSocket(options, onDisturbed);
  const pick = (): UpstreamUdpSocket => {
    const slot = random.byte() % bounds.socketsPerResolver;
    const known = slots.get(slot);
    if (known !== undefined && !known.isClosed) return known;
    const opened = open();
    slots.set(slot, opened);
    return opened;
  };
  /** Opens the next one when the question has left, so that no question waits for it. */
  const replace = (socket: UpstreamUdpSocket): void => {
    const slot = [...slots.keys()].find((it) => slots.get(it) === socket);
    if (isDisposed || slot === undefined) return;
    slots.set(slot, open());
    worn.push(socket);
    retire(worn, bounds.maxSocketsPerResolver - bounds.socketsPerResolver);
  };

  return {
    ask(question, form, onReply) {
      const socket = pick();
      const cancel = socket.ask(question, form, onReply);
      if (socket.asked === bounds.questionsPerSocket) setImmediate(replace, socket).unref();
      return cancel;
    },
    [Symbol.dispose]() {
      isDisposed = true;
      for (const socket of [...slots.values(), ...worn]) socket[Symbol.dispose]();
    },
  };
}

/** Closes what has nothing to wait for, and the oldest beyond the bound: their questions are as good as lost on the way. */
function retire(worn: UpstreamUdpSocket[], max: number): void {
  const kept = worn.filter((socket) => socket.waiting > 0 && !socket.isClosed);
  const first = Math.max(0, kept.length - max);
  for (const socket of worn) if (!kept.includes(socket)) socket[Symbol.dispose]();
  for (const socket of kept.slice(0, first)) socket[Symbol.dispose]();
  worn.splice(0, worn.length, ...kept.slice(first));
}
