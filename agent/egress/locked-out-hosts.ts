import type { BuiltInSet, Policy } from "../../protocol/index.ts";
import { createEgressRules, decideEgress } from "./decide.ts";
import { parseDestinationPattern } from "./destination-pattern.ts";
import type { HostPattern } from "./host-pattern.ts";

/** More than fits on a screen helps nobody. */
const MAX_NAMED = 6;

/** One sentence with the mend, where policy and the sets in force keep the runner from what it needs. */
export function describeLockedOutHosts(
  policy: Pick<Policy, "egress">,
  { needed, inForce }: { needed: readonly BuiltInSet[]; inForce: readonly BuiltInSet[] },
): string | undefined {
  const rules = createEgressRules(policy, inForce);
  const isLockedOut = (destination: string): boolean => {
    const { host, port } = toExample(destination);
    return !decideEgress(rules, { transport: "tcp", port, domains: [host] }).allowed;
  };
  const lockedOut = needed.flatMap(({ destinations }) => destinations.filter(isLockedOut));
  if (lockedOut.length === 0) return undefined;
  const named = lockedOut.slice(0, MAX_NAMED).map((destination) => JSON.stringify(destination));
  const more = lockedOut.length > MAX_NAMED ? `, and ${lockedOut.length - MAX_NAMED} more` : "";
  const advice =
    inForce.length === 0
      ? "use --built-in auto, or add them to egress.allow"
      : "take what denies them out of egress.deny";
  return `policy keeps the CI runner itself from ${named.join(", ")}${more}: ${advice}`;
}

/** A name that the entry covers. */
function toExample(destination: string): { host: string; port: number } {
  const parsed = parseDestinationPattern(destination);
  if ("problem" in parsed) return { host: destination, port: 443 };
  const { host, ports } = parsed.value;
  return { host: toName(host) ?? destination.replace(/:\d+$/, ""), port: ports?.from ?? 443 };
}

function toName(host: HostPattern): string | undefined {
  if (host.type === "name") return host.name;
  if (host.type === "suffix") return `any.${host.suffix}`;
  return host.type === "label" ? `${host.before}1${host.after}.${host.suffix}` : undefined;
}
