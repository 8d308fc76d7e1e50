import { getSystemErrorName } from "node:util";

import { loadNetlinkLibc, type NetlinkLibc } from "./libc.ts";
import { type NetlinkMessage, parseMessages } from "./netlink-message.ts";

const AF_NETLINK = 16;
const NETLINK_NETFILTER = 12;
/** SOCK_RAW, SOCK_NONBLOCK and SOCK_CLOEXEC. */
const SOCKET_TYPE = 3 | 0o4000 | 0o2_000_000;
/** struct sockaddr_nl: family, padding, port id, groups. */
const ADDRESS = { size: 12, portId: 4 };
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
/** The kernel then refuses a request without sending the whole of it back. */
const NETLINK_CAP_ACK = 10;
const MSG_TRUNC = 0x20;
const POLLIN = 1;
const ENOBUFS = 105;
/** The kernel makes no larger ones for what is received here: NLMSG_GOODSIZE is a page, a packet's log two. */
const MAX_DATAGRAM_BYTES = 65_536;
/** In one look, so that a flood of messages cannot hold the agent up; about 10 ms of them. The rest waits for the next look. */
const MAX_DATAGRAMS_PER_LOOK = 4096;

export interface NetlinkReceipt {
  readonly messages: readonly NetlinkMessage[];
  /** Messages were lost, because the buffer was full or one was too large. */
  readonly hasOverrun: boolean;
}

export interface NetlinkSocket extends Disposable {
  readonly portId: number;
  /** The largest message that `send` takes. */
  readonly maxSendBytes: number;
  /** Returns 0 or the number of the error. The kernel has dealt with the message when it returns. */
  send(message: Uint8Array): number;
  /** What waits, without waiting for more. */
  receive(): NetlinkReceipt;
  waitForInput(timeoutMs: number): void;
}

export interface NetlinkSocketOptions {
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes?: number;
  /** Netfilter's where none is named. */
  readonly protocol?: number;
  /** Multicast groups to join. */
  readonly groups?: readonly number[];
  /** What a request of this socket brought about is not received: the kernel drops it. */
  readonly withoutPortId?: number;
}

/** A socket to the kernel in the network namespace of the calling thread. */
export function createNetlinkSocket(options: NetlinkSocketOptions): NetlinkSocket {
  const libc = loadNetlinkLibc();
  const { protocol = NETLINK_NETFILTER } = options;
  const socket = libc.socket(AF_NETLINK, SOCKET_TYPE, protocol);
  if (socket < 0) throw failure(libc, "make a netlink socket");
  try {
    setUp(libc, socket, options);
    return toNetlinkSocket(libc, socket);
  } catch (error) {
    libc.close(socket);
    throw error;
  }
}

function setUp(libc: NetlinkLibc, socket: number, options: NetlinkSocketOptions): void {
  const set = (level: number, name: number, value: number) =>
    libc.setsockopt(socket, level, name, new Int32Array([value]), 4);
  // Beyond the system's limit with NET_ADMIN, else up to it.
  const { receiveBufferBytes, sendBufferBytes, groups = [], withoutPortId } = options;
  if (set(SOL_SOCKET, SO_RCVBUFFORCE, receiveBufferBytes) !== 0) {
    set(SOL_SOCKET, SO_RCVBUF, receiveBufferBytes);
  }
  if (sendBufferBytes !== undefined && set(SOL_SOCKET, SO_SNDBUFFORCE, sendBufferBytes) !== 0) {
    set(SOL_SOCKET, SO_SNDBUF, sendBufferBytes);
  }
  set(SOL_NETLINK, NETLINK_CAP_ACK, 1);
  const kernel = new Uint8Array(ADDRESS.size);
  kernel[0] = AF_NETLINK;
  if (libc.bind(socket, kernel, kernel.length) !== 0) throw failure(libc, "bind a netlink socket");
  // From a connected socket on, the kernel turns away what another program sends to it (netlink_getsockbyportid in
  // net/netlink/af_netlink.c), so that nobody can fill its buffer that way.
  if (libc.connect(socket, kernel, kernel.length) !== 0) {
    throw failure(libc, "connect a netlink socket");
  }
  if (
    withoutPortId !== undefined &&
    libc.attachFilter(socket, toFilterWithout(withoutPortId)) !== 0
  ) {
    throw failure(libc, "attach a filter to a netlink socket");
  }
  for (const group of groups) {
    if (set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group) !== 0) {
      throw failure(libc, `join group ${group} of netlink`);
    }
  }
}

/**
 * In classic BPF (include/uapi/linux/filter.h), as instructions of code, jumps and operand: load the port id of the
 * datagram's first message, drop it if it is this one, else keep all of it. The kernel tells what one request changed in
 * datagrams of their own.
 */
function toFilterWithout(portId: number): Buffer {
  // A load takes the bytes as big-endian, and the port id lies there as little-endian.
  const loaded = Buffer.alloc(4);
  loaded.writeUInt32LE(portId);
  const program = [
    { code: 0x20, ifTrue: 0, operand: 12 },
    { code: 0x15, ifTrue: 1, operand: loaded.readUInt32BE() },
    { code: 0x06, ifTrue: 0, operand: 0xffff_ffff },
    { code: 0x06, ifTrue: 0, operand: 0 },
  ];
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, { code, ifTrue, operand }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt32LE(operand, index * 8 + 4);
  }
  return bytes;
}

function toNetlinkSocket(libc: NetlinkLibc, socket: number): NetlinkSocket {
  const receiveDatagram = createDatagramReader(libc, socket);
  const pollEntry = Buffer.alloc(8);
  pollEntry.writeInt32LE(socket, 0);
  pollEntry.writeInt16LE(POLLIN, 4);
  return {
    portId: readPortId(libc, socket),
    maxSendBytes: readSendBufferBytes(libc, socket) - 32,
    send(message) {
      return libc.send(socket, message, message.length, 0) < 0 ? libc.errno() : 0;
    },
    receive() {
      const messages: NetlinkMessage[] = [];
      let hasOverrun = false;
      for (let count = 0; count < MAX_DATAGRAMS_PER_LOOK; count += 1) {
        const datagram = receiveDatagram();
        if (datagram === "nothing") break;
        if (datagram === "overrun") hasOverrun = true;
        else if (datagram !== "foreign") messages.push(...parseMessages(datagram));
      }
      return { messages, hasOverrun };
    },
    waitForInput(timeoutMs) {
      libc.poll(pollEntry, 1, timeoutMs);
    },
    [Symbol.dispose]() {
      libc.close(socket);
    },
  };
}

function createDatagramReader(libc: NetlinkLibc, socket: number) {
  const bytes = Buffer.allocUnsafeSlow(MAX_DATAGRAM_BYTES);
  const sender = Buffer.alloc(ADDRESS.size);
  const senderSize = new Uint32Array(1);
  return (): Buffer | "nothing" | "overrun" | "foreign" => {
    senderSize[0] = ADDRESS.size;
    const length = libc.recvfrom(socket, bytes, bytes.length, MSG_TRUNC, sender, senderSize);
    if (length < 0) return libc.errno() === ENOBUFS ? "overrun" : "nothing";
    // Anybody with NET_ADMIN may send to a group; the kernel alone has the port id 0, and the kernel fills it in.
    if (sender.readUInt32LE(ADDRESS.portId) !== 0) return "foreign";
    return length > bytes.length ? "overrun" : Buffer.from(bytes.subarray(0, length));
  };
}

function readPortId(libc: NetlinkLibc, socket: number): number {
  const address = Buffer.alloc(ADDRESS.size);
  if (libc.getsockname(socket, address, new Uint32Array([ADDRESS.size])) !== 0) {
    throw failure(libc, "read the name of a netlink socket");
  }
  return address.readUInt32LE(ADDRESS.portId);
}

/** A message has to fit into it with 32 bytes to spare (netlink_sendmsg in net/netlink/af_netlink.c). */
function readSendBufferBytes(libc: NetlinkLibc, socket: number): number {
  const size = new Int32Array(1);
  if (libc.getsockopt(socket, SOL_SOCKET, SO_SNDBUF, size, new Uint32Array([4])) !== 0) {
    throw failure(libc, "read the buffer of a netlink socket");
  }
  return size[0] ?? 0;
}

function failure(libc: NetlinkLibc, what: string): Error {
  return new Error(`cannot ${what}: ${getSystemErrorName(-libc.errno())}`);
}
