import { type IpAddress, toIpText } from "../ip-address.ts";
import { type Attributes, parseAttributes, textOf } from "./netlink-attributes.ts";
import type { NetlinkMessage } from "./netlink-message.ts";

/** include/uapi/linux/rtnetlink.h, in pairs of new and deleted. */
const KINDS: Readonly<Record<number, RouteChangeKind>> = {
  16: "link",
  20: "address",
  24: "route",
  32: "rule",
};
/** struct ifinfomsg, ifaddrmsg, rtmsg and fib_rule_hdr. */
const HEADER_BYTES = { link: 16, address: 8, route: 12, rule: 12 } as const;
/** include/uapi/linux/if_link.h */
const IFLA_IFNAME = 3;
/** `change` of struct ifinfomsg for a device that was not there before (rtnl_newlink_create in net/core/rtnetlink.c). */
const EVERYTHING = 0xffff_ffff;
/** include/uapi/linux/if_addr.h */
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTN_LOCAL = 2;
const AF_INET = 2;
const AF_INET6 = 10;

export type RouteChangeKind = "link" | "address" | "route" | "rule";

export interface RouteMessage {
  readonly kind: RouteChangeKind;
  readonly deed: "added" | "changed" | "deleted";
  /** The address, or the first one of the block; absent for a device, a rule and the default route. */
  readonly ip?: string;
  readonly prefix?: number;
  /** Of the device; a route may have none. */
  readonly device?: number;
  /** As the kernel calls it, where it says so. */
  readonly deviceName?: string;
  readonly gateway?: string;
  /** Of a route: what goes there goes to the machine itself. */
  readonly isLocal?: boolean;
}

/** A message of rtnetlink on what was changed, or, for a route, asked for. */
export function parseRouteMessage({ type, body }: NetlinkMessage): RouteMessage | undefined {
  const kind = KINDS[type & ~1];
  if (kind === undefined) return undefined;
  const headerBytes = HEADER_BYTES[kind];
  if (body.length < headerBytes) return undefined;
  const family = body.readUInt8(0);
  // Devices are told for bridges and multicast once more.
  if (kind === "link" ? family !== 0 : family !== AF_INET && family !== AF_INET6) return undefined;
  const deed = (type & 1) === 1 ? "deleted" : "added";
  const attributes = parseAttributes(body.subarray(headerBytes));
  if (kind === "link") return toLink(body, deed, attributes);
  if (kind === "address") return toAddress(body, deed, attributes);
  if (kind === "route") return toRoute(body, deed, attributes);
  return { kind, deed };
}

function toLink(body: Buffer, deed: "added" | "deleted", attributes: Attributes): RouteMessage {
  const isNew = body.readUInt32LE(12) === EVERYTHING;
  const deviceName = textOf(attributes, IFLA_IFNAME);
  return {
    kind: "link",
    deed: deed === "added" && !isNew ? "changed" : deed,
    device: body.readInt32LE(4),
    ...(deviceName === undefined ? {} : { deviceName }),
  };
}

function toAddress(body: Buffer, deed: "added" | "deleted", attributes: Attributes): RouteMessage {
  // Of a point-to-point device IFA_ADDRESS is the other end.
  const ip = ipOf(attributes, IFA_LOCAL) ?? ipOf(attributes, IFA_ADDRESS);
  return {
    kind: "address",
    deed,
    ...(ip === undefined ? {} : { ip }),
    prefix: body.readUInt8(1),
    device: body.readUInt32LE(4),
  };
}

function toRoute(body: Buffer, deed: "added" | "deleted", attributes: Attributes): RouteMessage {
  const ip = ipOf(attributes, RTA_DST);
  const gateway = ipOf(attributes, RTA_GATEWAY);
  const device = attributes.get(RTA_OIF);
  return {
    kind: "route",
    deed,
    ...(ip === undefined ? {} : { ip }),
    prefix: body.readUInt8(1),
    ...(device === undefined || device.length < 4 ? {} : { device: device.readUInt32LE(0) }),
    ...(gateway === undefined ? {} : { gateway }),
    isLocal: body.readUInt8(7) === RTN_LOCAL,
  };
}

function ipOf(attributes: Attributes, type: number): string | undefined {
  const bytes = attributes.get(type);
  if (bytes === undefined || (bytes.length !== 4 && bytes.length !== 16)) return undefined;
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) words.push(bytes.readUInt32BE(at));
  const family: IpAddress["family"] = bytes.length === 4 ? "ipv4" : "ipv6";
  return toIpText({ family, words });
}
