import type { ProcessRef } from "../observation.ts";
import { toFamily } from "./ip-address.ts";

export interface LocalPort {
  readonly transport: "udp" | "tcp";
  /** Of the packets. */
  readonly family: "ipv4" | "ipv6";
  readonly port: number;
}

/** Whose port that is, as far as a sensor can tell. */
export type FindClient = (port: LocalPort) => ProcessRef | undefined;

export function toLocalPort({
  transport,
  ip,
  port,
}: Pick<LocalPort, "transport" | "port"> & { readonly ip: string }): LocalPort {
  return { transport, family: toFamily(ip), port };
}
