import { isIPv6 } from "node:net";

/** Of a set keyed by address alone, or by address, protocol and ports. */
export interface SetElement {
  readonly set: string;
  readonly ip: string;
  readonly protocol?: number;
  readonly ports?: { readonly from: number; readonly to: number };
  readonly timeoutMs: number;
}

/** A line as long as this is read without trouble by nft 1.0.6. */
const ELEMENTS_PER_LINE = 1_000;

/** What puts elements into sets of a table, to be loaded in the same step as the table itself. */
export function toElementsText(table: string, elements: readonly SetElement[]): string {
  const lines: string[] = [];
  for (const [name, members] of Map.groupBy(elements, ({ set }) => set)) {
    for (let from = 0; from < members.length; from += ELEMENTS_PER_LINE) {
      const part = members.slice(from, from + ELEMENTS_PER_LINE).map(toElement);
      lines.push(`add element inet ${table} ${name} { ${part.join(", ")} }\n`);
    }
  }
  return lines.join("");
}

function toElement({ ip, protocol, ports, timeoutMs }: SetElement): string {
  // A zone has no place in a set, and would be read as a name.
  const address = isIPv6(ip) ? ip.replace(/%.*$/, "") : ip;
  const timeout = `timeout ${Math.max(1, Math.round(timeoutMs))}ms`;
  if (protocol === undefined || ports === undefined) return `${address} ${timeout}`;
  const { from, to } = ports;
  const range = from === to ? `${from}` : `${from}-${to}`;
  return `${address} . ${protocol} . ${range} ${timeout}`;
}
