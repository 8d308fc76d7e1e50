import { isFamilyAbsent } from "../absent-family.ts";
import { toFamily } from "../ip-address.ts";
import type { GateBounds } from "./gate-bounds.ts";
import type { QueryHandler } from "./query-handler.ts";
import { listenOnTcp } from "./tcp-listener.ts";
import { listenOnUdp } from "./udp-listener.ts";

export interface ListenAddress {
  readonly ip: string;
  /** 0 for one that is free with both transports. */
  readonly port: number;
}

export interface ListenerOptions {
  readonly handle: QueryHandler["handle"];
  readonly onFailure: (reason: string) => void;
  /** A TCP connection was closed to make room for another one. */
  readonly onCrowdedOut: () => void;
  readonly bounds: GateBounds;
}

/** One address, with UDP and TCP on the same port. */
export interface DnsListener extends AsyncDisposable {
  readonly family: "ipv4" | "ipv6";
  readonly port: number;
}

export interface PortListener extends AsyncDisposable {
  readonly port: number;
}

export type PortListening =
  | { readonly status: "listening"; readonly listener: PortListener }
  | { readonly status: "failed"; readonly code: string; readonly reason: string };

export type Listening =
  | { readonly status: "listening"; readonly listener: DnsListener }
  /** The machine does not have the address's family. */
  | { readonly status: "absent" }
  | { readonly status: "failed"; readonly reason: string };

/** A free UDP port whose number TCP has taken: rare enough that a few more tries find one that both have. */
const MAX_TRIES = 16;

export async function listenForDns(
  address: ListenAddress,
  options: ListenerOptions,
): Promise<Listening> {
  const family = toFamily(address.ip);
  let reason = "";
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const udp = await listenOnUdp(address, options);
    if (udp.status === "failed") return toFailed(address.ip, udp);
    const { port } = udp.listener;
    const tcp = await listenOnTcp({ ip: address.ip, port }, options);
    if (tcp.status === "listening") {
      const listener = { family, port, [Symbol.asyncDispose]: () => close(udp, tcp) } as const;
      return { status: "listening", listener };
    }
    await udp.listener[Symbol.asyncDispose]();
    reason = tcp.reason;
    if (address.port !== 0 || tcp.code !== "EADDRINUSE") return toFailed(address.ip, tcp);
  }
  return { status: "failed", reason };
}

type Listened = Extract<PortListening, { status: "listening" }>;

async function close(udp: Listened, tcp: Listened): Promise<void> {
  await Promise.all([udp.listener[Symbol.asyncDispose](), tcp.listener[Symbol.asyncDispose]()]);
}

function toFailed(ip: string, { code, reason }: { code: string; reason: string }): Listening {
  if (isFamilyAbsent(ip, code)) return { status: "absent" };
  if (code !== "EADDRINUSE") return { status: "failed", reason };
  return { status: "failed", reason: `${reason}; end the resolver that listens there` };
}
