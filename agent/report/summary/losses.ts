import type { Report } from "../../../protocol/report.ts";
import { formatCount, pluralise } from "./formats.ts";

/** What the report cannot show, one sentence each. Empty when nothing is missing. */
export function toLosses(report: Report): string[] {
  const { byReason, byKind, notListed } = report.dropped;
  const kinds = Object.entries(byKind).map(([kind, count]) => `${kind} ${formatCount(count)}`);
  const lost = Object.entries(byReason)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `lost ${formatCount(count)} ${pluralise("event", count)}: ${reason}`);
  const whatWasLost = kinds.length === 0 ? [] : [`lost by kind, where known: ${kinds.join(", ")}`];
  const unlisted = Object.entries(notListed)
    .filter(([, count]) => count > 0)
    .map(
      ([list, count]) => `counted, but not listed for want of room: ${formatCount(count)} ${list}`,
    );
  return [...lost, ...(lost.length > 0 ? whatWasLost : []), ...unlisted];
}
