/** struct nlmsghdr (include/uapi/linux/netlink.h) with struct nfgenmsg behind it (include/uapi/linux/netfilter/nfnetlink.h). */
const HEADER_BYTES = 16;
const NETFILTER_HEADER_BYTES = 4;

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
/** All that there is of a kind. */
export const NLM_F_DUMP = 0x300;
export const NLM_F_CREATE = 0x400;
const NLMSG_ERROR = 2;
/** Behind the last answer. */
export const NLMSG_DONE = 3;

export interface MessageHead {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** Of netfilter: NFPROTO_INET and the like. */
  readonly family: number;
  /** A group of NFLOG, or the subsystem of a batch. */
  readonly resource?: number;
}

export interface NetlinkMessage {
  readonly type: number;
  readonly sequence: number;
  /** Whose request brought it about; chosen by the kernel as long as the kernel sent the message. */
  readonly portId: number;
  /** All behind the netlink header. */
  readonly body: Buffer;
}

export function toMessage(head: MessageHead, attributes: readonly Uint8Array[] = []): Buffer {
  const start = Buffer.alloc(HEADER_BYTES + NETFILTER_HEADER_BYTES);
  const length = attributes.reduce((sum, attribute) => sum + attribute.length, start.length);
  start.writeUInt32LE(length, 0);
  start.writeUInt16LE(head.type, 4);
  start.writeUInt16LE(head.flags, 6);
  start.writeUInt32LE(head.sequence, 8);
  start.writeUInt8(head.family, HEADER_BYTES);
  start.writeUInt16BE(head.resource ?? 0, HEADER_BYTES + 2);
  return Buffer.concat([start, ...attributes], length);
}

/** The messages of one datagram, as views of it. Reading ends at the first one that makes no sense. */
export function parseMessages(datagram: Buffer): NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= datagram.length) {
    const length = datagram.readUInt32LE(at);
    if (length < HEADER_BYTES || at + length > datagram.length) break;
    messages.push({
      type: datagram.readUInt16LE(at + 4),
      sequence: datagram.readUInt32LE(at + 8),
      portId: datagram.readUInt32LE(at + 12),
      body: datagram.subarray(at + HEADER_BYTES, at + length),
    });
    at += (length + 3) & ~3;
  }
  return messages;
}

/** The family and the attributes' bytes of one of netfilter's messages. */
export function splitBody(body: Buffer): { family: number; attributes: Buffer } | undefined {
  if (body.length < NETFILTER_HEADER_BYTES) return undefined;
  return { family: body.readUInt8(0), attributes: body.subarray(NETFILTER_HEADER_BYTES) };
}

/** What an NLMSG_ERROR says: 0 for an acknowledgement, else the number of the error. */
export function errorOf({ type, body }: NetlinkMessage): number | undefined {
  return type === NLMSG_ERROR && body.length >= 4 ? 0 - body.readInt32LE(0) : undefined;
}
