import type { Socket } from "node:net";

import type { GateClient } from "./dns-gate-options.ts";
import type { ListenerOptions } from "./listen-for-dns.ts";
import { createQuestionReader } from "./question-reader.ts";
import { toFrame } from "./tcp-frame.ts";

export interface TcpConnection {
  /** No question of it waits for an answer. */
  isIdle(): boolean;
}

/** A client that asks and does not read its answers gets no more of them. */
const MAX_UNSENT_BYTES = 256 * 1024;

export function createTcpConnection(
  socket: Socket,
  { handle, bounds }: ListenerOptions,
): TcpConnection {
  const { remoteAddress = "", remotePort = 0 } = socket;
  const client: GateClient = { transport: "tcp", ip: remoteAddress, port: remotePort };
  const questions = createQuestionReader();
  let waiting = 0;
  let hasEnded = false;
  let isReading = false;

  // Counted from the last whole question on, so that a byte now and then keeps nothing open.
  const idle = setTimeout(() => {
    if (waiting === 0) socket.destroy();
    else idle.refresh();
  }, bounds.tcpIdleMs);
  idle.unref();

  function answer(reply: Buffer | undefined): void {
    waiting -= 1;
    if (socket.destroyed) return;
    if (reply === undefined || socket.writableLength > MAX_UNSENT_BYTES) {
      socket.destroy();
      return;
    }
    socket.write(toFrame(reply));
    // What is answered at once is answered inside the loop, which goes on by itself.
    if (!isReading) readOn();
  }

  function readOn(): void {
    isReading = true;
    while (waiting < bounds.questionsPerConnection && !socket.destroyed) {
      const message = questions.next();
      if (message === undefined) break;
      idle.refresh();
      waiting += 1;
      handle(message, client, answer);
    }
    isReading = false;
    if (waiting >= bounds.questionsPerConnection) socket.pause();
    else if (hasEnded && waiting === 0) socket.end();
    else socket.resume();
  }

  socket.on("data", (chunk) => {
    if (!questions.push(chunk)) socket.destroy();
    else readOn();
  });
  socket.on("end", () => {
    hasEnded = true;
    readOn();
  });
  // A client that goes away is no failure of the gate; `close` follows.
  socket.on("error", () => socket.destroy());
  socket.once("close", () => clearTimeout(idle));
  return { isIdle: () => waiting === 0 };
}
