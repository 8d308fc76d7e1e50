/**
 * Bits of the conntrack mark. Others keep theirs in the low 24 bits (Tailscale 0xff0000, Cilium 0x0f00, Istio 0x539, the
 * AWS VPC plugin 0x80) or in the highest (Calico's eBPF); these lie between, and no other bit is ever written.
 */

/** Begun from outside, by someone whom the way back leads to through the device that it came by. */
export const INBOUND_FLOW = 0x0400_0000;

/** What one table says of a flow. A mark outlives its table, so it counts only for what could not have begun without it. */
export interface FlowField {
  readonly mask: number;
  /** Let through in audit mode, and told where policy would refuse it: says nothing to a block. */
  readonly audited: number;
  /** Policy allows it. */
  readonly judged: number;
}

const FIRST_TABLE = toField(24);
const EVEN_TABLES = toField(27);
const ODD_TABLES = toField(29);

/** The guard's own connection over TCP. Only a guard of the whole namespace asks, which has the first table. */
export const OWN_FLOW = FIRST_TABLE.mask;

/**
 * A guard inside another one must not take that one's word for its own, and both see a flow's first packet on the same way:
 * so `runner_guard`, which a guard of the whole namespace has, and tables that follow one another have fields of their own.
 * Guards side by side judge different sockets, and may share one.
 */
export function toFlowField(table: string): FlowField {
  const number = /_(\d+)$/.exec(table)?.[1];
  if (number === undefined) return FIRST_TABLE;
  return Number(number) % 2 === 0 ? EVEN_TABLES : ODD_TABLES;
}

/** A statement that writes the field and leaves all other bits as they are. */
export function toMarking({ mask }: FlowField, value: number): string {
  return `ct mark set ct mark & ${toHex(~mask >>> 0)} | ${toHex(value)}`;
}

export function toHex(bits: number): string {
  return `0x${bits.toString(16).padStart(8, "0")}`;
}

function toField(shift: number): FlowField {
  return { mask: 3 << shift, audited: 1 << shift, judged: 2 << shift };
}
