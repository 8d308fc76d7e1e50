import type { Server } from "node:http";
import type { Socket } from "node:net";

import { RequestProblem } from "../errors.ts";
import { sendRefusal } from "./send-refusal.ts";

/** So many more are told why they are turned away; any beyond these are cut off unheard. */
const TOLD = 100;
/** Who has been told and stays is cut off. */
const LEAVE_MS = 1_000;
const RETRY_AFTER_SECONDS = 5;

/** A connection above the bound is answered before anything of it has been read. */
export function limitConnections(server: Server, max: number): void {
  let open = 0;
  server.maxConnections = max + TOLD;
  server.prependListener("connection", (socket: Socket) => {
    open += 1;
    socket.once("close", () => (open -= 1));
    if (open > max) turnAway(socket);
  });
}

function turnAway(socket: Socket): void {
  socket.setTimeout(LEAVE_MS, () => socket.destroy());
  const retryAfterSeconds = RETRY_AFTER_SECONDS;
  const problem = new RequestProblem("too-fast", "too many are connected", { retryAfterSeconds });
  sendRefusal(socket, 429, problem);
}
