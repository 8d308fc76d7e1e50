import type { IpAddress } from "../ip-address.ts";
import { isLoopback, parseIpAddress } from "../ip-address.ts";

/**
 * Addresses of cloud machines' own services, which give credentials to whoever asks. They are reached by address; a public
 * name that leads there was made to. 169.254.169.254 is link-local.
 */
const METADATA = [
  // Azure WireServer, Alibaba, Oracle
  "168.63.129.16",
  "100.100.100.200",
  "192.0.0.192",
  // AWS and Google over IPv6
  "fd00:ec2::254",
  "fd20:ce::254",
];
const METADATA_ADDRESSES = METADATA.flatMap((ip) => parseIpAddress(ip) ?? []);

/**
 * Whether no name may open this address, whatever a name server says: whoever owns an allowed name could otherwise reach
 * what is meant for the machine alone. Private networks are not among them, for allowed names inside a company lead there.
 */
export function isNeverLearned(ip: string): boolean {
  const address = parseIpAddress(ip);
  return address === undefined || isNeverMeant(address);
}

function isNeverMeant(address: IpAddress): boolean {
  if (isLoopback(address) || isMetadata(address)) return true;
  const [first = 0, second = 0, third = 0, last = 0] = address.words;
  if (address.family === "ipv4") return isLocalIpv4(first);
  const isLinkLocal = first >>> 22 === 0xfe80 >>> 6;
  const isMulticast = first >>> 24 === 0xff;
  // ::/96 holds the unspecified address and the old IPv4-compatible form (RFC 4291 §2.5.5.1).
  const isCompatible = first === 0 && second === 0 && third === 0;
  if (isLinkLocal || isMulticast || isCompatible) return true;
  // 64:ff9b::/96: a NAT64 gateway connects to the IPv4 address at the end (RFC 6052).
  const isTranslated = first === 0x0064_ff9b && second === 0 && third === 0;
  return isTranslated && isNeverMeant({ family: "ipv4", words: [last] });
}

/** "This network" (0/8), link-local, multicast, and the broadcast address. */
function isLocalIpv4(word: number): boolean {
  const isThisNetwork = word >>> 24 === 0;
  const isLinkLocal = word >>> 16 === 0xa9fe;
  const isMulticast = word >>> 28 === 0xe;
  return isThisNetwork || isLinkLocal || isMulticast || word === 0xffff_ffff;
}

function isMetadata({ family, words }: IpAddress): boolean {
  return METADATA_ADDRESSES.some(
    (known) => known.family === family && known.words.every((word, index) => word === words[index]),
  );
}
