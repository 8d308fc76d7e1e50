import { parseIpAddress } from "../ip-address.ts";
import { toAttribute } from "./netlink-attributes.ts";
import { errorOf, NLM_F_REQUEST, toMessage } from "./netlink-message.ts";
import { createNetlinkSocket } from "./netlink-socket.ts";
import { parseRouteMessage } from "./route-message.ts";

const NETLINK_ROUTE = 0;
/** include/uapi/linux/rtnetlink.h */
const RTM_GETROUTE = 26;
const RTA_DST = 1;
const RTA_MARK = 16;
const RTA_IP_PROTO = 27;
const RTA_DPORT = 29;
const FAMILIES = { ipv4: 2, ipv6: 10 } as const;
/** struct rtmsg has eight bytes behind the four that all of netlink's headers begin with; a look-up leaves them empty. */
const REST_OF_HEADER = new Uint8Array(8);
/** One answer of a few hundred bytes. */
const RECEIVE_BUFFER_BYTES = 16_384;

/** What the kernel would do with a packet. */
export interface Way {
  /** To the machine itself. */
  readonly isLocal: boolean;
  /** The number of the device; 0 where there is none. */
  readonly device: number;
  readonly gateway: string | undefined;
}

export interface Question {
  readonly ip: string;
  readonly protocol: number;
  readonly port: number;
  /** SO_MARK of the sender; rules can go by it. */
  readonly mark: number | null;
}

export interface RouteLookup extends Disposable {
  /** Undefined where there is no way. */
  find(question: Question): Way | undefined;
}

/** Asks the kernel by which way a packet of this process would go, in the network namespace of the calling thread. */
export function createRouteLookup(): RouteLookup {
  const socket = createNetlinkSocket({
    protocol: NETLINK_ROUTE,
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
  });
  let sequence = 0;
  return {
    find(question) {
      sequence += 1;
      const message = toQuestion(question, sequence);
      if (message === undefined || socket.send(message) !== 0) return undefined;
      for (const reply of socket.receive().messages) {
        if (reply.sequence !== sequence || errorOf(reply) !== undefined) continue;
        const parsed = parseRouteMessage(reply);
        if (parsed?.kind !== "route") continue;
        const { isLocal = false, device = 0, gateway } = parsed;
        return { isLocal, device, gateway };
      }
      return undefined;
    },
    [Symbol.dispose]: () => socket[Symbol.dispose](),
  };
}

function toQuestion(
  { ip, protocol, port, mark }: Question,
  sequence: number,
): Uint8Array | undefined {
  const parsed = parseIpAddress(ip);
  if (parsed === undefined) return undefined;
  const { family, words } = parsed;
  const address = Buffer.alloc(words.length * 4);
  for (const [index, word] of words.entries()) address.writeUInt32BE(word >>> 0, index * 4);
  const head = {
    type: RTM_GETROUTE,
    flags: NLM_F_REQUEST,
    sequence,
    family: FAMILIES[family],
  };
  return toMessage(head, [
    REST_OF_HEADER,
    toAttribute(RTA_DST, address),
    toAttribute(RTA_IP_PROTO, Uint8Array.of(protocol)),
    toAttribute(RTA_DPORT, Uint8Array.of(port >> 8, port & 0xff)),
    ...(mark === null ? [] : [toAttribute(RTA_MARK, toUint32(mark))]),
  ]);
}

/** In the machine's byte order. */
function toUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
