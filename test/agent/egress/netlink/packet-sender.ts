import koffi from "koffi";

const AF_INET = 2;
const AF_INET6 = 10;
const AF_PACKET = 17;
const SOCK_STREAM_NONBLOCK = 1 | 0o4000;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
/** The packet's header is the sender's own work. */
const IPPROTO_RAW = 255;
/** Of the loopback device in a new network namespace. */
const LOOPBACK_INDEX = 1;

/** Sends from the network namespace of the calling thread, at once. */
export function createPacketSender() {
  const libc = koffi.load(null);
  const socket = libc.func("int socket(int family, int type, int protocol)");
  const sendto = libc.func(
    "int64_t sendto(int socket, const void *bytes, size_t size, int flags, const void *address, uint32_t address_size)",
  );
  const connect = libc.func("int connect(int socket, const void *address, uint32_t size)");
  const close = libc.func("int close(int descriptor)");
  const setfsuid = libc.func("int setfsuid(unsigned int id)");
  const send = (kind: readonly [number, number, number], bytes: Uint8Array, address: Buffer) => {
    const descriptor: unknown = socket(...kind);
    const sent: unknown = sendto(descriptor, bytes, bytes.length, 0, address, address.length);
    close(descriptor);
    return sent === bytes.length;
  };
  return {
    udp(bytes: Uint8Array, port: number, family: "ipv4" | "ipv6" = "ipv4"): boolean {
      const kind = family === "ipv4" ? AF_INET : AF_INET6;
      return send([kind, SOCK_DGRAM, 0], bytes, toLoopback(kind, port));
    },
    /** As another user's process would. */
    udpAs(userId: number, port: number): boolean {
      setfsuid(userId);
      try {
        return this.udp(Buffer.of(1), port);
      } finally {
        setfsuid(0);
      }
    },
    tcpConnect(port: number): void {
      const descriptor: unknown = socket(AF_INET, SOCK_STREAM_NONBLOCK, 0);
      const address = toLoopback(AF_INET, port);
      connect(descriptor, address, address.length);
      close(descriptor);
    },
    /** A packet with a header of its own, which is sent to the loopback device whatever it says. */
    raw(packet: Uint8Array, family: "ipv4" | "ipv6"): boolean {
      const kind = family === "ipv4" ? AF_INET : AF_INET6;
      return send([kind, SOCK_RAW, IPPROTO_RAW], packet, toLoopback(kind, 0));
    },
    /** A frame that no part of IP sees. */
    frame(packet: Uint8Array, etherType: number): boolean {
      const header = Buffer.alloc(14);
      header.writeUInt16BE(etherType, 12);
      const address = Buffer.alloc(20);
      address.writeUInt16LE(AF_PACKET, 0);
      address.writeUInt16BE(etherType, 2);
      address.writeInt32LE(LOOPBACK_INDEX, 4);
      const bytes = Buffer.concat([header, packet]);
      return send([AF_PACKET, SOCK_RAW, 0], bytes, address);
    },
    /** `count` datagrams from one socket. */
    udpFlood(count: number, port: number): void {
      const descriptor: unknown = socket(AF_INET, SOCK_DGRAM, 0);
      const address = toLoopback(AF_INET, port);
      const bytes = Buffer.alloc(1);
      for (let sent = 0; sent < count; sent += 1) {
        sendto(descriptor, bytes, bytes.length, 0, address, address.length);
      }
      close(descriptor);
    },
  };
}

function toLoopback(family: number, port: number): Buffer {
  const address = Buffer.alloc(family === AF_INET ? 16 : 28);
  address.writeUInt16LE(family, 0);
  address.writeUInt16BE(port, 2);
  if (family === AF_INET) address.set([127, 0, 0, 1], 4);
  else address[23] = 1;
  return address;
}
