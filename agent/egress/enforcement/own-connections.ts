/**
 * Connections of the guard's own, where what stands in the job's way would stand in its own too: to whomever it was told to talk to,
 * whatever policy says, and for nobody else. The mark of its sockets is known to the guard alone.
 */
import { once } from "node:events";
import type { Socket } from "node:net";

import { toHostName } from "../host-name.ts";
import type { HostsFile } from "../hosts-file.ts";
import { parseIpAddress } from "../ip-address.ts";
import { connectMarkedTcp, type MarkedTcpRequest } from "../marked-socket.ts";

/** Rejects with why there is no connection; the signal ends what is not connected yet. */
export type ConnectOwn = (host: string, port: number, signal: AbortSignal) => Promise<Socket>;

export interface OwnConnectionsOptions {
  readonly mark: number | null;
  readonly hosts: Pick<HostsFile, "addresses" | "namesOf">;
  readonly searchDomains: readonly string[];
  /** Asks the resolvers themselves: the gate would refuse. In the canonical spelling. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
}

/** The next address is tried then. */
const PATIENCE_MS = 3_000;
const MAX_ADDRESSES = 4;

export function createOwnConnections(options: OwnConnectionsOptions): ConnectOwn {
  return async (host, port, signal) => {
    const addresses = await findAddresses(host, options);
    let failure = new Error(`${host}: there is no such name`);
    for (const ip of addresses.slice(0, MAX_ADDRESSES)) {
      signal.throwIfAborted();
      try {
        return await connect({ ip, port, mark: options.mark }, signal);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
      }
    }
    throw failure;
  };
}

async function findAddresses(
  host: string,
  { hosts, searchDomains, resolve }: OwnConnectionsOptions,
): Promise<readonly string[]> {
  if (parseIpAddress(host) !== undefined) return [host];
  const name = toHostName(host);
  if (name === undefined) return [];
  const local = hosts.addresses.filter((ip) => hosts.namesOf(ip).includes(name));
  if (local.length > 0) return local;
  const searched = searchDomains.map((domain) => `${name}.${domain}`);
  // As resolv.conf(5) has it with ndots:1.
  const tried = name.includes(".") ? [name, ...searched] : [...searched, name];
  for (const candidate of tried) {
    const found = await resolve(candidate);
    if (found.length > 0) return found;
  }
  return [];
}

async function connect(request: MarkedTcpRequest, signal: AbortSignal): Promise<Socket> {
  const opened = connectMarkedTcp(request);
  if (opened.status === "failed") throw new Error(opened.reason);
  const { socket } = opened;
  try {
    await once(socket, "connect", {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
