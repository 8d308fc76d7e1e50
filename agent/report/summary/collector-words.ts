import type { Report } from "../../../protocol/report.ts";
import { formatCount, pluralise } from "./formats.ts";

/** What of the run is at the collector that was asked for, a sentence each. Reasons are unescaped. */
export interface CollectorWords {
  readonly outcome: string;
  readonly isDelivered: boolean;
  readonly details: readonly string[];
}

/** Null where nothing was to be sent. */
export function toCollectorWords({ collector }: Report): CollectorWords | null {
  if (collector === undefined) return null;
  const { requested, address, effective, told, stored, waiting, dropped, reason } = collector;
  const isOne = address !== undefined || requested.length === 1;
  const isDelivered = effective === "delivered" || effective === "delivering";
  const lost = Object.entries(dropped.byReason).map(
    ([why, count]) => `${formatCount(count)} ${pluralise("event", count)} not sent: ${why}`,
  );
  const kept =
    waiting === 0 || effective === "delivering"
      ? []
      : [`${formatCount(waiting)} ${pluralise("event", waiting)} wait on disk for the next guard`];
  return {
    outcome: `${address ?? requested.join(", ")} ${isOne ? "has" : "have"} ${formatCount(stored)} of ${formatCount(told)} ${pluralise("event", told)}`,
    isDelivered,
    details: [...lost, ...kept, ...(isDelivered || reason === undefined ? [] : [reason])],
  };
}
