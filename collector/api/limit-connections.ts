import type { Server } from "node:http";
import type { Socket } from "node:net";

import { RequestProblem } from "../errors.ts";
import { sendRefusal } from "./send-refusal.ts";

export interface ConnectionLimit {
  /** Whose request came on it. Throws `too-fast` where the connection is kept for operators. */
  admit(socket: Socket, isOperator: boolean): void;
}

/** So many beyond the bound may be operators', and so many more may be about to say so. */
const RESERVED = 100;
/** Whoever has not said so by then is turned away. */
const SAY_WHO_MS = 1_000;
const RETRY_AFTER_SECONDS = 5;

/** A crowd of agents is not to keep out who could stop them: connections above the bound are operators' alone. */
export function limitConnections(server: Server, max: number): ConnectionLimit {
  let open = 0;
  /** Above the bound, with nobody's token yet; the first has waited longest. */
  const strangers = new Map<Socket, NodeJS.Timeout>();
  const forget = (socket: Socket): void => {
    clearTimeout(strangers.get(socket));
    strangers.delete(socket);
  };
  server.maxConnections = max + 2 * RESERVED;
  server.prependListener("connection", (socket: Socket) => {
    open += 1;
    socket.once("close", () => {
      open -= 1;
      forget(socket);
    });
    if (open <= max) return;
    const [longest] = strangers.keys();
    // An operator says so at once; a crowd that says nothing makes room for it.
    if (longest !== undefined && strangers.size >= RESERVED) {
      forget(longest);
      longest.destroy();
    }
    strangers.set(
      socket,
      setTimeout(() => turnAway(socket), SAY_WHO_MS),
    );
  });
  return {
    admit(socket, isOperator) {
      if (!strangers.has(socket)) return;
      if (!isOperator) throw tooMany();
      forget(socket);
    },
  };
}

function turnAway(socket: Socket): void {
  // It has its answer, and this would be one to nothing.
  if (socket.bytesWritten > 0) socket.destroy();
  else sendRefusal(socket, 429, tooMany());
}

function tooMany(): RequestProblem {
  return new RequestProblem("too-fast", "too many are connected", {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
