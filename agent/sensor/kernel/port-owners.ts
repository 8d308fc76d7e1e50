/** Looks up in `port_owners` (bpf/state.h) who sent to port 53, or connected by TCP, from a port, a few microseconds at a time. */
import type { ProcessRef } from "../../observation.ts";
import type { BpfObject } from "./libbpf.ts";

export interface LocalPort {
  readonly transport: "udp" | "tcp";
  /** Of the packets: that of an IPv6 socket that asks 127.0.0.53 is ipv4. */
  readonly family: "ipv4" | "ipv6";
  readonly port: number;
}

const PROTOCOLS = { udp: 17, tcp: 6 } as const;
const FAMILIES = { ipv4: 2, ipv6: 10 } as const;
const KEY_SIZE = 8;
const VALUE_SIZE = 16;

/** To be asked only while the object lives. */
export function createPortOwners(object: BpfObject): (query: LocalPort) => ProcessRef | undefined {
  const descriptor = object.mapDescriptor("port_owners");
  const key = Buffer.alloc(KEY_SIZE);
  const value = Buffer.alloc(VALUE_SIZE);
  return (query) => {
    toPortKey(query, key);
    if (!object.lookUp(descriptor, key, value)) return undefined;
    return { pid: value.readUInt32LE(8), startTicks: Number(value.readBigUInt64LE(0)) };
  };
}

export function toPortKey(
  { transport, family, port }: LocalPort,
  key: Buffer = Buffer.alloc(KEY_SIZE),
): Buffer {
  key.writeUInt16LE(PROTOCOLS[transport], 0);
  key.writeUInt16LE(FAMILIES[family], 2);
  key.writeUInt16LE(port, 4);
  return key;
}
