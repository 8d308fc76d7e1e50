import { readFileSync } from "node:fs";

import koffi from "koffi";

import type { Frame } from "./packet.ts";

export interface PacketSocket {
  /** All frames that have come since the last call. */
  drain(): Frame[];
  /** Frames that the kernel could not hand over since the last call. */
  takeLost(): number;
  /** Frames that each device has received since it was made, by the kernel's own count. */
  received(): ReadonlyMap<string, number>;
}

/** socket(2), packet(7), asm-generic/socket.h, linux/if_packet.h. */
const [AF_PACKET, SOCK_RAW_NONBLOCK, ETH_P_ALL_NETWORK_ORDER] = [17, 3 | 0o4000, 0x03_00];
const [SOL_SOCKET, SO_RCVBUFFORCE, SOL_PACKET] = [1, 33, 263];
const [PACKET_STATISTICS, PACKET_IGNORE_OUTGOING] = [6, 23];
const MSG_TRUNC = 0x20;
/** A second of small packets at full speed while this process does something else. */
const BUFFER_BYTES = 64 << 20;
/** Headers, and enough of what is behind them for a test to recognise its own bytes. */
const KEPT_BYTES = 256;
/** sockaddr_ll: family 2, protocol 2, ifindex 4, hatype 2, pkttype 1, halen 1, address 8. */
const ADDRESS_BYTES = 20;

/** Sees every frame that comes in by any device of this network namespace but lo. */
export function createPacketSocket(deviceOf: (index: number) => string | undefined): PacketSocket {
  const libc = koffi.load("libc.so.6");
  const socket = libc.func("int socket(int domain, int type, int protocol)");
  const setsockopt = libc.func(
    "int setsockopt(int fd, int level, int name, void *value, uint length)",
  );
  const getsockopt = libc.func(
    "int getsockopt(int fd, int level, int name, void *value, void *length)",
  );
  const recvfrom = libc.func(
    "intptr_t recvfrom(int fd, void *buffer, size_t size, int flags, void *address, void *length)",
  );
  const fd = toInt(socket(AF_PACKET, SOCK_RAW_NONBLOCK, ETH_P_ALL_NETWORK_ORDER));
  if (fd < 0) throw new Error("socket(AF_PACKET) is refused");
  for (const [level, name, value] of [
    [SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES],
    [SOL_PACKET, PACKET_IGNORE_OUTGOING, 1],
  ] as const) {
    setsockopt(fd, level, name, new Int32Array([value]), 4);
  }
  const buffer = Buffer.alloc(KEPT_BYTES);
  const address = Buffer.alloc(ADDRESS_BYTES);
  const addressLength = new Uint32Array([ADDRESS_BYTES]);
  const receive = (): Frame | "other" | undefined => {
    addressLength[0] = ADDRESS_BYTES;
    const length = toInt(recvfrom(fd, buffer, KEPT_BYTES, MSG_TRUNC, address, addressLength));
    if (length < 0) return undefined;
    const device = deviceOf(address.readInt32LE(4));
    if (device === undefined) return "other";
    const bytes = Buffer.from(buffer.subarray(0, Math.min(length, KEPT_BYTES)));
    return { at: Date.now(), device, lengthBytes: length, bytes };
  };
  return {
    drain() {
      const frames: Frame[] = [];
      for (let frame = receive(); frame !== undefined; frame = receive()) {
        if (frame !== "other") frames.push(frame);
      }
      return frames;
    },
    takeLost() {
      const statistics = new Uint32Array(2);
      getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, statistics, new Uint32Array([8]));
      return statistics[1] ?? 0;
    },
    received: readReceived,
  };
}

function toInt(value: unknown): number {
  return typeof value === "number" ? value : Number(value);
}

/** /proc/net/dev: a name, a colon, bytes and packets received. It is that of the reader's namespace, unlike /sys. */
function readReceived(): ReadonlyMap<string, number> {
  const rows = readFileSync("/proc/self/net/dev", "latin1").matchAll(/^\s*(\S+):\s*\d+\s+(\d+)/gm);
  return new Map([...rows].map(([, name = "", packets = ""]) => [name, Number(packets)]));
}
