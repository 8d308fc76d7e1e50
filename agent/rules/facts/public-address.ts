import { toPlainIp } from "./destination.ts";

/** Addresses that are asked about again and again. */
const MAX_KNOWN = 4_096;
const known = new Map<string, boolean>();

/**
 * Whether an address is somebody's on the internet: not loopback, private, shared with a carrier, of the link, or a group's (IANA's registries of
 * special addresses). Those for documentation count as public: whoever sends there means the internet.
 */
export function isPublicAddress(ip: string): boolean {
  const before = known.get(ip);
  if (before !== undefined) return before;
  const plain = toPlainIp(ip);
  const isPublic = plain.includes(":") ? isPublicIpv6(plain) : isPublicIpv4(plain);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(ip, isPublic);
  return isPublic;
}

function isPublicIpv4(ip: string): boolean {
  const [first = 0, second = 0, third = 0] = ip.split(".").map(Number);
  switch (first) {
    case 0:
    case 10:
    case 127:
      return false;
    case 100:
      return second < 64 || second > 127;
    case 169:
      return second !== 254;
    case 172:
      return second < 16 || second > 31;
    case 192:
      return second !== 168 && !(second === 0 && third === 0);
    case 198:
      return second !== 18 && second !== 19;
    default:
      return first < 224;
  }
}

/** In the form of RFC 5952. */
function isPublicIpv6(ip: string): boolean {
  if (ip === "::" || ip === "::1") return false;
  if (ip.startsWith(":")) return true;
  const first = Number.parseInt(ip, 16);
  const isUniqueLocal = (first & 0xfe00) === 0xfc00;
  const isOfLinkOrSite = (first & 0xff80) === 0xfe80;
  return !isUniqueLocal && !isOfLinkOrSite && first < 0xff00;
}
