import type { Report } from "../../../protocol/index.ts";
import { toHostName } from "../../egress/host-name.ts";
import { parseIpAddress, toIpText } from "../../egress/ip-address.ts";

/** The names that DNS gave an address in a report's run, in order of their spelling. */
export type NamesOf = (ip: string) => readonly string[];

export function createKnownNames({ dnsQueries }: Pick<Report, "dnsQueries">): NamesOf {
  const names = new Map<string, Set<string>>();
  for (const { name, answers } of dnsQueries) {
    const host = toHostName(name);
    if (host === undefined) continue;
    for (const answer of answers) {
      const ip = toCanonical(answer);
      if (ip === undefined) continue;
      const known = names.get(ip);
      if (known === undefined) names.set(ip, new Set([host]));
      else known.add(host);
    }
  }
  const sorted = new Map(Array.from(names, ([ip, hosts]) => [ip, [...hosts].toSorted()]));
  return (ip) => sorted.get(toCanonical(ip) ?? "") ?? [];
}

function toCanonical(text: string): string | undefined {
  const address = parseIpAddress(text);
  return address && toIpText(address);
}
