import { parseIpAddress } from "../ip-address.ts";
import { toAttribute, toNest, toUint64Attribute } from "./netlink-attributes.ts";

/** include/uapi/linux/netfilter/nf_tables.h */
const NFTA_LIST_ELEM = 1;
const NFTA_DATA_VALUE = 1;
const NFTA_SET_ELEM_KEY = 1;
const NFTA_SET_ELEM_TIMEOUT = 4;
const NFTA_SET_ELEM_EXPIRATION = 5;
const NFTA_SET_ELEM_KEY_END = 10;

/** Of a set `ipv4_addr . inet_proto . inet_service`, or the same with `ipv6_addr`. */
export interface Element {
  readonly set: string;
  readonly ip: string;
  /** 6 for TCP, 17 for UDP. */
  readonly protocol: number;
  /** More than one port only in a set with `flags interval`. */
  readonly ports: { readonly from: number; readonly to: number };
  readonly timeoutMs: number;
}

/** Of a set that holds addresses alone. */
export interface AddressElement {
  readonly set: string;
  readonly ip: string;
  readonly timeoutMs: number;
}

/** One element of a list of elements; undefined where it names no address, protocol, port or time. */
export function toListElement(element: Element | AddressElement): Buffer | undefined {
  const address = toAddressBytes(element.ip);
  const { timeoutMs } = element;
  // To the kernel 0 means for ever.
  if (address === undefined || !Number.isSafeInteger(timeoutMs) || timeoutMs < 1) return undefined;
  const keys = "ports" in element ? toKeys(address, element) : [toKey(NFTA_SET_ELEM_KEY, address)];
  if (keys === undefined) return undefined;
  return toNest(NFTA_LIST_ELEM, [
    ...keys,
    toUint64Attribute(NFTA_SET_ELEM_TIMEOUT, timeoutMs),
    // Without it the kernel lets an element with the same timeout run on to its old end.
    toUint64Attribute(NFTA_SET_ELEM_EXPIRATION, timeoutMs),
  ]);
}

function toKeys(address: Buffer, { protocol, ports }: Element): Buffer[] | undefined {
  const { from, to } = ports;
  if (!isWithin(protocol, 0xff) || !isWithin(from, to) || !isWithin(to, 0xffff)) return undefined;
  const first = toKey(NFTA_SET_ELEM_KEY, toConcatenation(address, protocol, from));
  if (from === to) return [first];
  return [first, toKey(NFTA_SET_ELEM_KEY_END, toConcatenation(address, protocol, to))];
}

/** Each field begins at a multiple of four bytes (NFT_REG32_SIZE); what it leaves over is zero. */
function toConcatenation(address: Buffer, protocol: number, port: number): Buffer {
  const key = Buffer.allocUnsafe(address.length + 8).fill(0);
  key.set(address);
  key.writeUInt8(protocol, address.length);
  key.writeUInt16BE(port, address.length + 4);
  return key;
}

function toKey(type: number, value: Buffer): Buffer {
  return toNest(type, [toAttribute(NFTA_DATA_VALUE, value)]);
}

function toAddressBytes(ip: string): Buffer | undefined {
  const address = parseIpAddress(ip);
  if (address === undefined) return undefined;
  const bytes = Buffer.allocUnsafe(address.words.length * 4);
  let at = 0;
  for (const word of address.words) at = bytes.writeUInt32BE(word, at);
  return bytes;
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
