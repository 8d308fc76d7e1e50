import { isIPv6 } from "node:net";

import type { Transport } from "../../../protocol/index.ts";
import { parseDestinationPattern } from "../../egress/destination-pattern.ts";

/** What one entry of `egress.allow` says, taken apart. */
export interface Endpoint {
  /** A name, a wildcard or an address. */
  readonly host: string;
  readonly isName: boolean;
  readonly port: number | undefined;
  readonly transport: Transport;
}

const HTTPS_PORT = 443;

/** The text of the entry; undefined where no entry can say it. */
export function toEntry({ host, port, transport }: Endpoint): string | undefined {
  const entry = `${isIPv6(host) ? `[${host}]` : host}${toPort(port, transport)}`;
  return "value" in parseDestinationPattern(entry) ? entry : undefined;
}

function toPort(port: number | undefined, transport: Transport): string {
  if (transport === "icmp" || transport === "raw") return `/${transport}`;
  const suffix = transport === "tcp" ? "" : `/${transport}`;
  return `${port === HTTPS_PORT ? "" : `:${port ?? "*"}`}${suffix}`;
}
