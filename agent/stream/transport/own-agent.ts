/** Connections to one collector, over sockets of the guard's own making. */
import { Agent } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";

import { toErrorText } from "../../errors.ts";
import type { CollectorAddress } from "./collector-address.ts";

/** The packet filter lets what comes of it pass, and nobody else's. The socket is connected, or rejects with why not. */
export type Connect = (host: string, port: number) => Promise<Socket>;

export interface OwnAgentOptions {
  readonly address: CollectorAddress;
  readonly connect: Connect;
  /** PEM: trusted instead of those that Node.js knows. */
  readonly authorities: string | undefined;
  /** Until a connection can be used. */
  readonly connectTimeoutMs: number;
}

/** Keeps one connection: whoever sends one batch at a time needs no more. */
export function createOwnAgent(options: OwnAgentOptions): Agent {
  return new OwnAgent(options);
}

class OwnAgent extends Agent {
  readonly #options: OwnAgentOptions;

  constructor(options: OwnAgentOptions) {
    super({ keepAlive: true });
    this.#options = options;
  }

  override createConnection(
    _options: object,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    void open(this.#options).then(
      (socket) => process.nextTick(() => callback?.(null, socket)),
      (error: unknown) => process.nextTick(() => callback?.(toError(error), new Socket())),
    );
  }
}

async function open(options: OwnAgentOptions): Promise<Socket> {
  const { address, connect, connectTimeoutMs } = options;
  const deadline = performance.now() + connectTimeoutMs;
  const plain = await within(connect(address.host, address.port), connectTimeoutMs);
  plain.setNoDelay(true);
  if (!address.isSecure) return plain;
  return secure(plain, options, deadline - performance.now());
}

/** Whoever is late is let go of when he comes. */
async function within(opening: Promise<Socket>, timeoutMs: number): Promise<Socket> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no connection in ${timeoutMs} ms`)), timeoutMs);
  let isLate = true;
  try {
    const socket = await Promise.race([opening, promise]);
    isLate = false;
    return socket;
  } finally {
    clearTimeout(timer);
    if (isLate) opening.then((socket) => socket.destroy()).catch(() => undefined);
  }
}

function secure(
  socket: Socket,
  { address: { host }, authorities }: OwnAgentOptions,
  timeoutMs: number,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const secured = connectTls({
    socket,
    host,
    // RFC 6066 §3: no address in it.
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    minVersion: "TLSv1.2",
    ALPNProtocols: ["http/1.1"],
    ...(authorities !== undefined && { ca: authorities }),
  });
  const timer = setTimeout(
    () => secured.destroy(new Error("the TLS handshake took too long")),
    Math.max(timeoutMs, 1),
  );
  secured.once("secureConnect", () => {
    clearTimeout(timer);
    secured.removeListener("error", reject);
    resolve(secured);
  });
  secured.once("error", (error) => {
    clearTimeout(timer);
    socket.destroy();
    reject(error);
  });
  return promise;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(toErrorText(error));
}
