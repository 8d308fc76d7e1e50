import type { FlowAddress } from "../../observation.ts";
import { parseEndpoint } from "./network-endpoint.ts";
import type { SocketDeed } from "./outbound-sockets.ts";

type Connection = Extract<SocketDeed, { type: "connection" }>;
type Privileged = Exclude<SocketDeed, { type: "connection" }>;

export function toFlowAddress({ protocol, remote }: Connection): FlowAddress | undefined {
  const endpoint = parseEndpoint(remote);
  if (endpoint === undefined) return undefined;
  const { family, ip, port } = endpoint;
  return { transport: protocol, family, ip, ...(protocol !== "icmp" && { port }) };
}

export function toPrivilegedDetail(deed: Privileged): string {
  if (deed.type === "packet-socket") {
    return `Ethernet type 0x${deed.etherType.toString(16).padStart(4, "0")}`;
  }
  const endpoint = parseEndpoint(deed.local);
  return endpoint === undefined ? "raw" : `${endpoint.family}, IP protocol ${endpoint.port}`;
}
