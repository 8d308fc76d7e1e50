import { parseIpAddress, toIpText } from "./ip-address.ts";
import type { IpAddress } from "./ip-address.ts";
import type { Parsed } from "./parsed.ts";

/** A range of addresses that share their first `prefix` bits; a single address has all of them. */
export interface AddressBlock {
  readonly first: IpAddress;
  readonly prefix: number;
}

/** Bits before the IPv4 address in its mapped IPv6 form, `::ffff:0:0/96`. */
const MAPPED_BITS = 96;

/** A wider block was hardly meant, and offering it would invite to allow much of the internet. */
const WIDEST_MEANT = { ipv4: 8, ipv6: 16 } as const;

/** `undefined` where the text is no address at all; a problem where it is one with a prefix that cannot be. */
export function parseAddressBlock(
  text: string,
  prefixText: string | undefined,
): Parsed<AddressBlock> | undefined {
  const address = parseIpAddress(text);
  if (address === undefined) return undefined;
  const bits = addressBits(address);
  if (prefixText === undefined) return { value: { first: address, prefix: bits } };
  const isMapped = address.family === "ipv4" && text.includes(":");
  const prefix = Number(prefixText) - (isMapped ? MAPPED_BITS : 0);
  if (!(prefix >= 0 && prefix <= bits)) {
    const range = isMapped ? `${MAPPED_BITS} to 128` : `0 to ${bits}`;
    return { problem: `/${prefixText} is no prefix of this address: write a number from ${range}` };
  }
  const first = firstOfBlock(address, prefix);
  if (first.words.some((word, index) => word !== address.words[index])) {
    const meant = toText({ first: address, prefix: bits });
    const block = describeMeant(address, { first, prefix });
    return {
      problem: `the address has bits set beyond its /${prefix} prefix: write ${block}${meant} for the one address`,
    };
  }
  return { value: { first, prefix } };
}

/** The block as written where it is no wider than a network; else what the address's own zeros at the end speak of. */
function describeMeant(address: IpAddress, written: AddressBlock): string {
  if (written.prefix >= WIDEST_MEANT[address.family]) return `${toText(written)}, or `;
  const [word = 0] = address.words;
  const prefix = [8, 16, 24].find((length) => (word & wordMask(length)) >>> 0 === word);
  if (address.family === "ipv6" || prefix === undefined) return "";
  return `${toText({ first: address, prefix })}, or `;
}

function toText({ first, prefix }: AddressBlock): string {
  const address = first.family === "ipv6" ? `[${toIpText(first)}]` : toIpText(first);
  return `${address}/${prefix}`;
}

export function isInBlock(address: IpAddress, { first, prefix }: AddressBlock): boolean {
  if (address.family !== first.family) return false;
  return firstOfBlock(address, prefix).words.every((word, index) => word === first.words[index]);
}

/** Nothing for what is no address. */
export function toSingleAddressBlock(ip: string): AddressBlock | undefined {
  const first = parseIpAddress(ip);
  return first && { first, prefix: addressBits(first) };
}

export function addressBits(address: IpAddress): number {
  return address.words.length * 32;
}

/** The address with all bits after the first `prefix` cleared. */
function firstOfBlock({ family, words }: IpAddress, prefix: number): IpAddress {
  return {
    family,
    words: words.map((word, index) => (word & wordMask(prefix - index * 32)) >>> 0),
  };
}

export function lastOfBlock({ first, prefix }: AddressBlock): IpAddress {
  return {
    family: first.family,
    words: first.words.map((word, index) => (word | ~wordMask(prefix - index * 32)) >>> 0),
  };
}

function wordMask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffff_ffff : ~(0xffff_ffff >>> bits);
}
