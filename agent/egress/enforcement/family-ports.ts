import type { FamilyPorts } from "../nftables/ruleset-plan.ts";

/** Of a gate, as the table takes them: without the families that the machine lacks. */
export function toFamilyPorts({
  ports: { ipv4, ipv6 },
}: {
  readonly ports: { readonly ipv4: number | undefined; readonly ipv6: number | undefined };
}): FamilyPorts {
  return { ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) };
}
