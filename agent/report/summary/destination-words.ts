import { type DestinationRow, GATE_RULE, REDIRECTED_RULE } from "./destinations.ts";
import { formatBytes, formatCount, pluralise } from "./formats.ts";

/** `host:port/transport` as a policy writes it; an IPv6 address in brackets, which also keeps `::` from starting a line. */
export function toDestinationName({
  host,
  ports,
  transport,
  rule,
}: Pick<DestinationRow, "host" | "ports" | "transport" | "rule">): string {
  if (rule === GATE_RULE) return `DNS gate (asked as ${host})`;
  if (transport === "unix") return `unix ${host}`;
  const name = host.includes(":") ? `[${host}]` : host;
  const suffix = transport === "tcp" ? "" : `/${transport}`;
  const [port, ...others] = ports;
  if (port === undefined) return `${name}${suffix}`;
  if (others.length === 0) return `${name}:${port}${suffix}`;
  return `${name}${suffix} (${formatCount(ports.length)} ports)`;
}

/** How it came out or what it carried, and which addresses a name stood for. */
export function toDestinationNote(row: DestinationRow): string {
  // What a connection carried that was cut reached the check, and nobody else.
  const outcome = isAllCut(row) ? "" : (row.failure ?? toTraffic(row));
  return [outcome, toCutWords(row), toAddresses(row)].filter((part) => part !== "").join(" · ");
}

export function isRedirected({ verdict, rule }: DestinationRow): boolean {
  return verdict === "blocked" && rule === REDIRECTED_RULE;
}

/** Why it was not to be, and all that is known of it besides. */
export function toForbiddenNote(row: DestinationRow): string {
  const { packetsRefused } = row;
  const packets =
    packetsRefused === 0
      ? ""
      : `${formatCount(packetsRefused)} ${pluralise("packet", packetsRefused)} refused`;
  return [
    `rule ${row.rule}`,
    toPorts(row),
    toAddresses(row),
    isRedirected(row) ? "redirected to the DNS gate" : (row.failure ?? toTraffic(row)),
    packets,
    toCutWords(row),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function isAllCut({ cuts, count }: DestinationRow): boolean {
  return cuts > 0 && cuts >= count;
}

function toCutWords(row: DestinationRow): string {
  const { cuts, count } = row;
  if (cuts === 0) return "";
  const share = isAllCut(row) ? "" : `${formatCount(cuts)} of ${formatCount(count)} `;
  return `${share}cut by the server name check`;
}

/** More are a scan, of which the first ones say enough. */
const MAX_PORTS = 8;

/** Empty for a single one, which stands in the name. */
function toPorts({ ports }: DestinationRow): string {
  if (ports.length < 2) return "";
  const more = ports.length - MAX_PORTS;
  const others = more > 0 ? ` and ${formatCount(more)} more` : "";
  return `ports ${ports.slice(0, MAX_PORTS).join(", ")}${others}`;
}

function toTraffic({ bytesSent, bytesReceived }: DestinationRow): string {
  if (bytesSent === 0 && bytesReceived === 0) return "";
  return `${formatBytes(bytesSent)} out, ${formatBytes(bytesReceived)} in`;
}

function toAddresses({ addresses: [first, ...others] }: DestinationRow): string {
  if (first === undefined) return "";
  return others.length === 0 ? first : `${first} and ${formatCount(others.length)} more`;
}
