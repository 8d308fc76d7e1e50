import { toFamily } from "./ip-address.ts";

const CODES: ReadonlySet<string> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"]);

/** Whether listening failed with this code because the machine has no IPv6: none at all, or switched off (`disable_ipv6`). */
export function isFamilyAbsent(ip: string, code: string): boolean {
  return toFamily(ip) === "ipv6" && CODES.has(code);
}
