import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";

import { toFamily } from "../ip-address.ts";
import type { ListenAddress, ListenerOptions, PortListening } from "./listen-for-dns.ts";

/** Room for the questions of a build that starts a hundred programs at once; the kernel gives what it allows. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

export function listenOnUdp(
  { ip, port }: ListenAddress,
  options: ListenerOptions,
): Promise<PortListening> {
  const type = toFamily(ip) === "ipv6" ? "udp6" : "udp4";
  const socket = createSocket({
    type,
    // libuv takes this for IPv6 alone.
    ...(type === "udp6" ? { ipv6Only: true } : {}),
    // Replies go to addresses, so there is nothing to look up, and no reason to wait for the next turn.
    lookup: (address, _options, done) => done(null, address, type === "udp6" ? 6 : 4),
  });
  return new Promise((resolve) => {
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.close();
      const reason = `UDP ${ip} port ${port}: ${error.message}`;
      resolve({ status: "failed", code: error.code ?? "", reason });
    });
    socket.bind({ address: ip, port, exclusive: true }, () => {
      socket.removeAllListeners("error");
      resolve({ status: "listening", listener: serve(socket, options) });
    });
  });
}

function serve(socket: Socket, { handle, onFailure }: ListenerOptions) {
  let isClosing = false;
  let isClosed = false;
  socket.on("error", (error) => onFailure(`the DNS gate's UDP socket failed: ${error.message}`));
  socket.once("close", () => {
    isClosed = true;
    if (!isClosing) onFailure("the DNS gate's UDP socket was closed");
  });
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // The kernel's own size does too; what does not fit is asked again by its client.
  }
  socket.on("message", (message, { address, port }) => {
    handle(message, { transport: "udp", ip: address, port }, (reply) => {
      // send() throws for a port of 0, and as soon as close() was called.
      const isAnswerable = !isClosing && !isClosed && port !== 0;
      if (reply !== undefined && isAnswerable) socket.send(reply, port, address);
    });
  });
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        isClosing = true;
        if (isClosed) resolve();
        else socket.close(() => resolve());
      }),
  };
}
