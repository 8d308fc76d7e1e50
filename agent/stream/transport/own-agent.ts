/** Connections to one collector, over sockets of the guard's own making. */
import { once } from "node:events";
import { Agent } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";

import { toErrorText } from "../../errors.ts";
import type { CollectorAddress } from "./collector-address.ts";

/**
 * The packet filter lets what comes of it pass, and nobody else's. The socket is connected, or rejects with why not. The signal ends
 * it, and the socket with it, until then.
 */
export type Connect = (host: string, port: number, signal: AbortSignal) => Promise<Socket>;

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
  readonly #ending = new AbortController();

  constructor(options: OwnAgentOptions) {
    super({ keepAlive: true });
    this.#options = options;
  }

  override createConnection(
    _options: object,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    void open(this.#options, this.#ending.signal).then(
      (socket) => process.nextTick(() => callback?.(null, socket)),
      (error: unknown) => process.nextTick(() => callback?.(toError(error), new Socket())),
    );
  }

  /** Also what is not connected yet: it would keep the process alive for minutes. */
  override destroy(): void {
    this.#ending.abort();
    super.destroy();
  }
}

async function open(options: OwnAgentOptions, ending: AbortSignal): Promise<Socket> {
  const { address, connect, connectTimeoutMs } = options;
  const signal = AbortSignal.any([ending, AbortSignal.timeout(connectTimeoutMs)]);
  try {
    const plain = await connect(address.host, address.port, signal);
    plain.setNoDelay(true);
    return address.isSecure ? await secure(plain, options, signal) : plain;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

async function secure(
  socket: Socket,
  { address: { host }, authorities }: OwnAgentOptions,
  signal: AbortSignal,
): Promise<Socket> {
  const secured = connectTls({
    socket,
    host,
    // RFC 6066 §3: no address in it.
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    minVersion: "TLSv1.2",
    ALPNProtocols: ["http/1.1"],
    ...(authorities !== undefined && { ca: authorities }),
  });
  try {
    await once(secured, "secureConnect", { signal });
    return secured;
  } catch (error) {
    secured.destroy();
    socket.destroy();
    throw error;
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(toErrorText(error));
}
