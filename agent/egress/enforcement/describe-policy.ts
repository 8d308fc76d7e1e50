import { boundEgress } from "../../../protocol/bound-egress.ts";
import type { EgressInForce } from "../../../protocol/index.ts";
import type { CurrentPolicy } from "./current-policy.ts";

/** For whoever reads of the run: the entries as they are written, as far as there is room for them. */
export function describePolicy({
  egress,
  dns,
  sni,
}: Pick<CurrentPolicy, "egress" | "dns" | "sni">): EgressInForce {
  return boundEgress({
    unrestricted: egress === undefined,
    allow: egress?.allow ?? [],
    deny: egress?.deny ?? [],
    moreAllowed: 0,
    moreDenied: 0,
    dns,
    sni,
  });
}
