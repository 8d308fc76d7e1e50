import type { DestinationRow } from "./destinations.ts";
import type { ForbiddenName } from "./forbidden-names.ts";

/** True for what an entry of `egress.deny` was seen to refuse, for the name of such an entry, and for all names below. */
export type IsDenied = (host: string) => boolean;

const DENIAL = /^egress\.deny: (?:alias )?(?:\*+\.)?([^:/[\]]*)/;

/** A report does not hold its policy, but every refusal says by which entry it was. */
export function createDeniedNames(
  destinations: readonly DestinationRow[],
  names: readonly ForbiddenName[],
): IsDenied {
  const denied = new Set<string>();
  const add = (host: string, rule = "") => {
    const [isDenial, entry = ""] = DENIAL.exec(rule) ?? [];
    if (isDenial === undefined) return;
    denied.add(host);
    denied.add(entry);
  };
  for (const { host, rule } of destinations) add(host, rule);
  for (const { name, rule } of names) add(name, rule);
  return (host) => toSelfAndParents(host).some((it) => denied.has(it));
}

function toSelfAndParents(name: string): string[] {
  const labels = name.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
}
