/** One message to a receiver of syslog: over TLS (RFC 5425), TCP (RFC 6587, each with its length before it), or UDP (RFC 5426). */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export interface Receiver {
  readonly transport: "tls" | "tcp" | "udp";
  readonly host: string;
  readonly port: number;
  /** PEM: trusted instead of those that Node.js knows. */
  readonly authorities: string | undefined;
}

/**
 * Receivers acknowledge nothing. One that takes what it gets ends its half of the connection when it has read to the end; one that
 * had a fault resets it. Who does neither within this time has at least its kernel's word that it came.
 */
const LAST_WORD_MS = 2_000;

/** Rejects where it did not get there, as far as that can be known; of UDP nothing can. */
export async function sendMessage(
  receiver: Receiver,
  message: Buffer,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (receiver.transport === "udp") return sendDatagram(receiver, message);
  const framed = Buffer.concat([Buffer.from(`${message.length} `), message]);
  const socket = open(receiver);
  socket.on("error", () => undefined);
  try {
    await once(socket, receiver.transport === "tls" ? "secureConnect" : "connect", { signal });
    const ended = once(socket, "end", {
      signal: AbortSignal.any([signal, AbortSignal.timeout(LAST_WORD_MS)]),
    });
    const isOver = ended.then(
      () => undefined,
      (error: unknown) => {
        if (!isTimeout(error)) throw error;
      },
    );
    socket.resume();
    socket.end(framed);
    await isOver;
    signal.throwIfAborted();
  } finally {
    socket.destroy();
  }
}

function open({ transport, host, port, authorities }: Receiver): Socket {
  if (transport === "tcp") return connect({ host, port });
  return connectTls({
    host,
    port,
    minVersion: "TLSv1.2",
    ...(authorities !== undefined && { ca: authorities }),
  });
}

async function sendDatagram({ host, port }: Receiver, message: Buffer): Promise<void> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.send(message, port, host, (error) => (error === null ? resolve() : reject(error)));
    });
  } finally {
    socket.close();
  }
}

function isTimeout(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.name === "TimeoutError";
}
