import type { Server } from "node:http";
import type { Socket } from "node:net";

import type { Problem } from "../../protocol/index.ts";

/** So many more are told why they are turned away; any beyond these are cut off unheard. */
const TOLD = 100;
const RETRY_AFTER_SECONDS = 5;
const BODY = JSON.stringify({
  error: { code: "too-fast", message: "too many are connected; try again" },
} satisfies Problem);
const REFUSAL = [
  "HTTP/1.1 429 Too Many Requests",
  `retry-after: ${RETRY_AFTER_SECONDS}`,
  "content-type: application/json",
  `content-length: ${BODY.length}`,
  "connection: close",
  "",
  BODY,
].join("\r\n");

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
  // Who has been told and stays is cut off.
  socket.setTimeout(1_000, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.end(REFUSAL, () => socket.destroySoon());
}
