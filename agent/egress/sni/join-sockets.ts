import type { Socket } from "node:net";

/**
 * How one end goes, the other one goes: an error or an early close becomes a reset. To be called before anything is written;
 * an end of either direction alone is passed on by `pipe`, for both sockets are half-open ones.
 */
export function joinFates(one: Socket, other: Socket): void {
  passOn(one, other);
  passOn(other, one);
}

function passOn(from: Socket, to: Socket): void {
  from.on("error", () => reset(to));
  from.on("close", () => {
    // Both directions came to their ends: what is still on its way to the other one may get there.
    const isWhole = from.readableEnded && from.writableFinished;
    if (!isWhole && !to.destroyed) reset(to);
  });
}

function reset(socket: Socket): void {
  // A reset would wait for the connection to come about, for two minutes where nobody answers.
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
