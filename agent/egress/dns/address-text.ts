import { toIpText } from "../ip-address.ts";

const MAPPED_PREFIX = 0xffff;

/** Four or sixteen bytes as text. An IPv4-mapped address comes out as the IPv4 address that Linux connects to for it. */
export function toAddressText(bytes: Buffer): string {
  const words: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) words.push(bytes.readUInt32BE(at));
  const [first, second, third, last = 0] = words;
  if (words.length === 1) return toIpText({ family: "ipv4", words });
  const isMapped = first === 0 && second === 0 && third === MAPPED_PREFIX;
  if (isMapped) return toIpText({ family: "ipv4", words: [last] });
  return toIpText({ family: "ipv6", words });
}
