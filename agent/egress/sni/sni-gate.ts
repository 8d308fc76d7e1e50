/**
 * Holds the server name of TLS connections against policy. The kernel redirects them here; nothing is decrypted, and what
 * a client does with the name that it gave, behind the encryption, is not seen (another Host header, for one).
 */
import { createServer, type Server, type Socket } from "node:net";

import { toErrorCode } from "../../errors.ts";
import { isFamilyAbsent } from "../absent-family.ts";
import { createOriginalDestination, type SocketAddress } from "./original-destination.ts";
import { relay, type RelayOptions } from "./relay.ts";

export interface SniGateBounds {
  /** At the same time. */
  readonly maxConnections: number;
  readonly maxHelloBytes: number;
  readonly helloTimeoutMs: number;
}

/** Two descriptors and up to 128 KiB of buffers a connection; a hello is mostly below 2 KiB, and sent at once. */
export const SNI_GATE_BOUNDS: SniGateBounds = {
  maxConnections: 4_096,
  maxHelloBytes: 65_536,
  helloTimeoutMs: 5_000,
};

export interface SniGateOptions extends Omit<RelayOptions, "maxHelloBytes" | "helloTimeoutMs"> {
  readonly bounds: SniGateBounds;
  /** One of each family at most; one that the machine lacks is left out. Port 0 is one of the kernel's choice. */
  readonly listen: readonly SocketAddress[];
}

export interface SniGateCounters {
  readonly passed: number;
  readonly cut: number;
  /** Ended by the client before they were judged. */
  readonly gone: number;
  /** No socket could be opened to connect with. */
  readonly unconnected: number;
  /** Above `maxConnections`. */
  readonly noRoom: number;
  /** Connected to the gate itself. */
  readonly notRedirected: number;
}

export interface SniGate extends AsyncDisposable {
  readonly ports: { readonly ipv4: number | undefined; readonly ipv6: number | undefined };
  readonly counters: SniGateCounters;
}

/** Listens when it resolves; rejects where that is not possible at any address. */
export async function createSniGate(options: SniGateOptions): Promise<SniGate> {
  const { bounds, listen } = options;
  const counters = { passed: 0, cut: 0, gone: 0, unconnected: 0, noRoom: 0, notRedirected: 0 };
  const relayOptions = { ...options, ...bounds };
  const toOriginal = createOriginalDestination();
  const open = new Set<Socket>();

  const accept = (client: Socket): void => {
    // Errors end a connection; there is nobody to tell.
    client.on("error", () => undefined);
    const destination = toOriginal(client);
    const { remoteAddress: ip, remotePort: port } = client;
    if (destination === undefined || ip === undefined || port === undefined) {
      counters.notRedirected += 1;
      client.resetAndDestroy();
      return;
    }
    if (open.size >= bounds.maxConnections) {
      counters.noRoom += 1;
      client.resetAndDestroy();
      return;
    }
    open.add(client);
    client.once("close", () => open.delete(client));
    const connection = { client, ends: { client: { ip, port }, destination } };
    void relay(relayOptions, connection).then((outcome) => (counters[outcome] += 1));
  };

  const servers = await listenAll(listen, accept);
  return {
    ports: { ipv4: portOf(servers, "IPv4"), ipv6: portOf(servers, "IPv6") },
    counters,
    async [Symbol.asyncDispose]() {
      const closed = Promise.all(servers.map(close));
      // Their other ends follow.
      for (const client of open) client.resetAndDestroy();
      await closed;
    },
  };
}

async function listenAll(
  addresses: readonly SocketAddress[],
  accept: (client: Socket) => void,
): Promise<Server[]> {
  const servers: Server[] = [];
  try {
    for (const address of addresses) {
      const server = await listenAt(address, accept);
      if (server !== undefined) servers.push(server);
    }
    if (servers.length === 0) throw new Error("there is no address to listen on");
    return servers;
  } catch (error) {
    await Promise.all(servers.map(close));
    throw error;
  }
}

/** Undefined where the machine does not have the address's family. */
function listenAt(
  { ip, port }: SocketAddress,
  accept: (client: Socket) => void,
): Promise<Server | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
  const fail = (error: Error): void => {
    if (isFamilyAbsent(ip, toErrorCode(error))) resolve(undefined);
    else reject(error);
  };
  server.on("connection", accept).once("error", fail);
  server.listen({ host: ip, port, ipv6Only: true, backlog: BACKLOG }, () => {
    // From now on an error is one of accept(), after which it goes on.
    server.off("error", fail).on("error", () => undefined);
    resolve(server);
  });
  return promise;
}

/** Parallel downloads begin at once, and what waits here waits a second (a SYN that is dropped is sent again). */
const BACKLOG = 1_024;

function close(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

function portOf(servers: readonly Server[], family: "IPv4" | "IPv6"): number | undefined {
  for (const server of servers) {
    const address = server.address();
    if (typeof address === "object" && address?.family === family) return address.port;
  }
  return undefined;
}
