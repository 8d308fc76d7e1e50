import { getSystemErrorName } from "node:util";

import { loadNetlinkLibc } from "./libc.ts";
import { toAttribute, toUint32Attribute } from "./netlink-attributes.ts";
import { errorOf, NLM_F_ACK, NLM_F_REQUEST, toMessage } from "./netlink-message.ts";
import { createNetlinkSocket, type NetlinkSocket } from "./netlink-socket.ts";
import { type LoggedPacket, parsePacketMessage } from "./packet-message.ts";

export type { LoggedPacket };

/** include/uapi/linux/netfilter/nfnetlink_log.h */
const NFULNL_MSG_CONFIG = (4 << 8) | 1;
const NFULA_CFG_CMD = 1;
const NFULA_CFG_MODE = 2;
const NFULA_CFG_NLBUFSIZ = 3;
const NFULA_CFG_TIMEOUT = 4;
const NFULA_CFG_QTHRESH = 5;
const NFULA_CFG_FLAGS = 6;
const NFULNL_CFG_CMD_BIND = 1;
const NFULNL_COPY_PACKET = 2;
const NFULNL_CFG_F_SEQ = 1;
const EPERM = 1;
const EBUSY = 16;
/** A header with all options, 60 bytes, and the ports; or IPv6 with the extensions that have a use. */
const COPIED_BYTES = 128;
/** For one packet; the kernel makes it larger where that is too little. */
const KERNEL_BUFFER_BYTES = 1024;
/** Some thousands of packets between two looks. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Groups are numbers of 16 bits. Small ones are those that other programs have in their settings. */
const GROUPS = { first: 1024, count: 64_000 };
/** Of 64,000 numbers this many in a row are not taken by chance. */
const MAX_GROUPS_TRIED = 32;

export interface PacketLogOptions {
  readonly onPacket: (packet: LoggedPacket) => void;
  /** Told once for each packet that was logged and that nobody could read. */
  readonly onLost: (count: number) => void;
}

export interface PacketLog extends Disposable {
  /** What rules say: `log group …`. */
  readonly group: number;
  /** Packets that were logged and are neither IPv4 nor IPv6. */
  readonly unreadable: number;
  /** Tells what was logged since the last time. Never waits. */
  poll(): void;
}

/** Takes a group of NFLOG that nobody has, in the network namespace of the calling thread. */
export function createPacketLog(options: PacketLogOptions): PacketLog {
  const socket = createNetlinkSocket({ receiveBufferBytes: RECEIVE_BUFFER_BYTES });
  try {
    const group = bindFreeGroup(socket);
    return toPacketLog(socket, group, options);
  } catch (error) {
    socket[Symbol.dispose]();
    throw error;
  }
}

function toPacketLog(socket: NetlinkSocket, group: number, options: PacketLogOptions): PacketLog {
  const libc = loadNetlinkLibc();
  const losses = createLossCount(options.onLost);
  let unreadable = 0;
  return {
    group,
    get unreadable() {
      return unreadable;
    },
    poll() {
      const { messages, hasOverrun } = socket.receive();
      if (messages.length === 0 && !hasOverrun) {
        losses.endOfLook();
        return;
      }
      if (hasOverrun) losses.overrun();
      const deviceName = createDeviceNames(libc);
      const now = Date.now() * 1000;
      for (const message of messages) {
        const parsed = parsePacketMessage(message, { now, deviceName });
        if (parsed === undefined) continue;
        if (parsed.sequence !== undefined) losses.arrived(parsed.sequence);
        if (parsed.packet === undefined) unreadable += 1;
        else options.onPacket(parsed.packet);
      }
    },
    [Symbol.dispose]: () => socket[Symbol.dispose](),
  };
}

/**
 * The kernel numbers what it logs from 0 on, so that the next packet tells how many are missing. Until one comes, all that
 * is known of an overrun is that it cost at least one.
 */
function createLossCount(onLost: (count: number) => void) {
  let expected = 0;
  let told = 0;
  let isOpen = false;
  return {
    arrived(sequence: number): void {
      const missing = (sequence - expected) >>> 0;
      expected = (sequence + 1) >>> 0;
      if (missing === 0) return;
      if (missing > told) onLost(missing - told);
      told = 0;
      isOpen = false;
    },
    overrun(): void {
      isOpen = true;
    },
    endOfLook(): void {
      if (!isOpen) return;
      isOpen = false;
      if (told > 0) return;
      told = 1;
      onLost(1);
    },
  };
}

/** Names can change, so they are kept for one look only. */
function createDeviceNames(libc: ReturnType<typeof loadNetlinkLibc>) {
  const names = new Map<number, string | undefined>();
  const bytes = Buffer.alloc(16);
  return (index: number): string | undefined => {
    if (!names.has(index)) {
      const isThere = libc.deviceName(index, bytes) !== null;
      names.set(index, isThere ? bytes.toString("utf8", 0, bytes.indexOf(0)) : undefined);
    }
    return names.get(index);
  };
}

function bindFreeGroup(socket: NetlinkSocket): number {
  const first = Math.floor(Math.random() * GROUPS.count);
  let error = EBUSY;
  for (let tried = 0; tried < MAX_GROUPS_TRIED; tried += 1) {
    const group = GROUPS.first + ((first + tried) % GROUPS.count);
    error = bindGroup(socket, group, tried);
    if (error === 0) return group;
    // The kernel says EPERM of a group that another socket has.
    if (error !== EBUSY && error !== EPERM) break;
  }
  throw new Error(`cannot take a group of NFLOG: ${getSystemErrorName(-error)}`);
}

function bindGroup(socket: NetlinkSocket, group: number, sequence: number): number {
  const mode = Buffer.alloc(6);
  mode.writeUInt32BE(COPIED_BYTES, 0);
  mode.writeUInt8(NFULNL_COPY_PACKET, 4);
  const flags = Buffer.alloc(2);
  flags.writeUInt16BE(NFULNL_CFG_F_SEQ);
  const head = {
    type: NFULNL_MSG_CONFIG,
    flags: NLM_F_REQUEST | NLM_F_ACK,
    sequence,
    family: 0,
    resource: group,
  };
  const sent = socket.send(
    toMessage(head, [
      toAttribute(NFULA_CFG_CMD, Buffer.of(NFULNL_CFG_CMD_BIND)),
      toAttribute(NFULA_CFG_MODE, mode),
      toUint32Attribute(NFULA_CFG_NLBUFSIZ, KERNEL_BUFFER_BYTES),
      // Each packet is sent on at once; nothing is left for the timer, a hundredth of a second, to do.
      toUint32Attribute(NFULA_CFG_TIMEOUT, 1),
      toUint32Attribute(NFULA_CFG_QTHRESH, 1),
      toAttribute(NFULA_CFG_FLAGS, flags),
    ]),
  );
  if (sent !== 0) return sent;
  const answers = socket.receive().messages.filter((message) => message.sequence === sequence);
  return answers.map(errorOf).find((code) => code !== undefined) ?? EBUSY;
}
