/**
 * Bits of the conntrack mark. Others keep theirs in the low 24 bits (Tailscale 0xff0000, Cilium 0x0f00, Istio 0x539, the
 * AWS VPC plugin 0x80) or in the highest (Calico's eBPF); these lie between, and no other bit is ever written.
 */

/** The guard's own connection over TCP. */
export const OWN_FLOW = 0x0400_0000;
/** Begun from outside, by someone whom the way back leads to through the device that it came by. */
export const INBOUND_FLOW = 0x0800_0000;

const FIRST_TABLE = 0x1000_0000;
const EVEN_TABLES = 0x2000_0000;
const ODD_TABLES = 0x4000_0000;

/**
 * The flow was judged, and may go on. A guard inside another one must not take that one's word for its own, and both see
 * a flow's first packet on the same way: so `runner_guard`, which a guard of the whole namespace has, and tables that
 * follow one another have bits of their own. Guards side by side judge different sockets, and may share one.
 */
export function toJudgedFlow(table: string): number {
  const number = /_(\d+)$/.exec(table)?.[1];
  if (number === undefined) return FIRST_TABLE;
  return Number(number) % 2 === 0 ? EVEN_TABLES : ODD_TABLES;
}

export function toHex(bits: number): string {
  return `0x${bits.toString(16).padStart(8, "0")}`;
}
