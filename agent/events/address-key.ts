import type { FlowAddress } from "../observation.ts";

/** The same for addresses that are the same. */
export function toAddressKey({
  transport,
  family,
  ip = "",
  port = 0,
  path = "",
}: FlowAddress): string {
  return `${transport} ${family} ${ip} ${port} ${path}`;
}
