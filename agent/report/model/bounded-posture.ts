import type { GuardEventOf } from "../../../protocol/events.ts";
import type { Report } from "../../../protocol/report.ts";
import type { ReportLimits } from "../report-limits.ts";
import { cutText } from "./text-allowance.ts";

/** There are some 25 checks. */
const MAX_CHECKS = 64;

/** Of all that was looked at a report keeps what is to be mended. */
export function toBoundedPosture(
  { score, checks }: GuardEventOf<"posture">,
  { text }: ReportLimits,
): NonNullable<Report["posture"]> {
  const failed = checks.filter(({ status }) => status === "failed").slice(0, MAX_CHECKS);
  return {
    score,
    failed: failed.map(({ id, severity, message }) => ({
      id: cutText(id, text.characters),
      severity,
      message: cutText(message, text.characters),
    })),
  };
}
