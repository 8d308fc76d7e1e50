import type { Policy } from "../../protocol/index.ts";
import { KNOWN_BAD_GROUPS } from "../rules/data/known-bad-hosts.ts";

/** What is not only flagged, but refused in audit mode too; nothing where policy switches the rule off. */
export function toKnownBad(rules: Policy["rules"]): readonly string[] {
  if (rules["known-bad-destination"] === "off") return [];
  return KNOWN_BAD_GROUPS.flatMap(({ severity, hosts }) => (severity === "critical" ? hosts : []));
}
